import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dependenciesOf } from '../../transform/dependencies.ts'
import { parseModel } from '../../transform/models.ts'

let instance: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

async function read(sql: string): Promise<readonly string[] | undefined> {
  const model = parseModel('marts/m.sql', `-- One row per thing.\n${sql}`)
  return (await dependenciesOf(connection, [model])).get('marts.m')
}

describe('dependenciesOf', () => {
  it('finds tables in steps, sub-queries, joins and recursions, but not the steps', async () => {
    const sql = `with recursive a as (select * from staging.one), walk as (
        select 1 as n union all (with inner_step as (select * from walk) select n from inner_step)
      )
      select * from a join walk using (n) where n in (select n from Intermediate."Two")
        and exists (from raw.pages)`
    expect(await read(sql)).toEqual(['intermediate.two', 'raw.pages', 'staging.one'])
  })
  it('refuses a table without its schema', async () => {
    await expect(read('select * from one')).rejects.toThrow(/sql\/marts\/m\.sql reads "one"/)
  })
  it('refuses what is not a SELECT', async () => {
    await expect(read('create table a as select 1')).rejects.toThrow(/is not one bare SELECT/)
  })
  it('refuses two statements', async () => {
    await expect(read('select 1; select 2')).rejects.toThrow(/2 statements/)
  })
  it('says where SQL is broken', async () => {
    await expect(read('selec 1')).rejects.toThrow(/sql\/marts\/m\.sql.*syntax error/)
  })
})

describe('parseModel', () => {
  it('keeps the header apart and refuses a file without one', () => {
    expect(parseModel('marts/m.sql', '-- One row per x.\n--\n-- More.\nselect 1;\n')).toMatchObject({
      name: 'marts.m',
      header: 'One row per x.\n\nMore.',
      sql: 'select 1',
    })
    expect(() => parseModel('marts/m.sql', 'select 1')).toThrow(/say its grain/)
    expect(() => parseModel('marts/M-x.sql', '-- a\nselect 1')).toThrow(/named in lower case/)
  })
})
