import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { queryCatalog } from '../../pipelines/catalog.ts'
import { type SyncedAccount, syncedAccount } from '../pipelines/syncedAccount.ts'
import { query } from '../postgres/testDatabase.ts'

/*
 * The questions people ask, answered twice from one account: in Postgres, and in the catalog over the raw files. Both
 * sides must give the same rows in the same order.
 */

const folder = path.join(import.meta.dirname, '../../sql/questions')
const names = (await readdir(path.join(folder, 'warehouse'))).sort()

let account: SyncedAccount

beforeAll(async () => {
  account = await syncedAccount()
})

const read = (side: 'warehouse' | 'catalog', name: string) => readFile(path.join(folder, side, name), 'utf8')

describe('a question', () => {
  it('is asked of both sides, in the same words', async () => {
    expect(names.length).toBeGreaterThanOrEqual(12)
    expect((await readdir(path.join(folder, 'catalog'))).sort()).toEqual(names)
    for (const name of names) {
      const [first] = (await read('warehouse', name)).split('\n')
      expect(first).toMatch(/^-- [A-Z].*\?$/)
      expect((await read('catalog', name)).split('\n')[0]).toBe(first)
    }
  })

  it.each(names)('%s is written as all SQL here is', async (name) => {
    for (const side of ['warehouse', 'catalog'] as const) {
      const lines = (await read(side, name)).trimEnd().split('\n')
      expect(lines.filter((line) => line.length > 100 || /\t|\s$|;$/.test(line))).toEqual([])
    }
  })

  it.each(names)('%s has the same answer in Postgres and in the catalog', async (name) => {
    const inWarehouse = await query(account.databaseUrl, await read('warehouse', name))
    const { rows: inCatalog } = await queryCatalog(account.dataDir, await read('catalog', name))
    expect(inWarehouse.length).toBeGreaterThan(0)
    expect(inCatalog.map(comparable)).toEqual(inWarehouse.map(comparable))
  })
})

/** Postgres' driver gives dates and numeric text, DuckDB's JSON gives text: numbers and times are made equal. */
function comparable(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'string') return value
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  // DuckDB writes the offset of this machine's zone, `+02` or `+05:30`.
  const [, time, offset] =
    /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)?)$/.exec(value) ?? []
  if (time === undefined || offset === undefined) return value
  return new Date(`${time}${offset.length === 3 ? `${offset}:00` : offset}`).toISOString()
}
