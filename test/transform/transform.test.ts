import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { transform } from '../../transform/transform.ts'
import { TransformError } from '../../transform/transform-error.ts'
import { CatalogReader } from '../sql/catalog-reader.ts'

let directory: string
let dataDir: string
let models: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollcall-o'transform-"))
  dataDir = join(directory, 'data')
  models = join(directory, 'sql')
  await file('staging/numbers.sql', '-- One row per number.\nselect * from range(3) as t(n)')
  await file('marts/sums.sql', "-- One row: it's the sum.\nselect sum(n) as total from staging.numbers")
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function file(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(models, path)), { recursive: true })
  await writeFile(join(models, path), text)
}

function run(signal?: AbortSignal) {
  return transform({ dataDir, signal }, { clock: () => 0, models })
}

async function query(sql: string) {
  const catalog = await CatalogReader.open(join(dataDir, 'rollcall.duckdb'))
  try {
    return await catalog.rows(sql)
  } finally {
    catalog.close()
  }
}

describe('transform', () => {
  it('builds a catalog that any client can open, with its headers as comments', async () => {
    const result = await run()
    expect(result.models.map(({ name, rows }) => [name, rows])).toEqual([
      ['staging.numbers', 3],
      ['marts.sums', 1],
    ])
    expect(result.catalogPath).toBe(join(dataDir, 'rollcall.duckdb'))
    expect(await query('select total from marts.sums')).toEqual([{ total: '3' }])
    expect(await query('select count(*) as n from staging.numbers')).toEqual([{ n: '3' }])
    expect(await query('select count(*) as n from raw.participants')).toEqual([{ n: '0' }])
    expect(await query("select comment from duckdb_tables() where table_name = 'sums'")).toEqual([
      { comment: "One row: it's the sum." },
    ])
    expect(await readdir(dataDir)).toEqual(['rollcall.duckdb', 'rollcall.duckdb.standby'])
  })

  it('tells of each model as it is done', async () => {
    const told: string[] = []
    await transform({ dataDir }, { clock: () => 0, models, onModel: ({ name }) => told.push(name) })
    expect(told).toEqual(['staging.numbers', 'marts.sums'])
  })

  it('lets one thread work on a statement about few rows', async () => {
    await file('marts/sums.sql', "-- One row.\nselect current_setting('threads')::int as threads")
    await transform({ dataDir, threads: 4 }, { clock: () => 0, models })
    expect(await query('select threads from marts.sums')).toEqual([{ threads: 1 }])
  })

  it('keeps the last good catalog when an audit finds rows, and shows them', async () => {
    await run()
    await file('staging/numbers.sql', '-- One row per number.\nselect * from range(5) as t(n)')
    await file('audits/small.sql', '-- Sums are small.\nselect total from marts.sums where total > 3')
    const error = await run().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(TransformError)
    expect(error).toMatchObject({ model: 'audits.small', rows: [{ total: '10' }] })
    expect(error.message).toMatch(/sql\/audits\/small\.sql .*Sums are small.*"total":"10"/)
    expect(await query('select total from marts.sums')).toEqual([{ total: '3' }])
    expect(await readdir(dataDir)).toEqual(['rollcall.duckdb', 'rollcall.duckdb.standby'])
  })

  it('keeps the last good catalog when a model fails, and names the file', async () => {
    await run()
    await file('marts/sums.sql', '-- One row.\nselect gone from staging.numbers')
    await expect(run()).rejects.toThrow(/model sql\/marts\/sums\.sql failed: .*"gone"/)
    expect(await query('select total from marts.sums')).toEqual([{ total: '3' }])
    expect(await readdir(dataDir)).toEqual(['rollcall.duckdb', 'rollcall.duckdb.standby'])
  })

  it('replaces the catalog under a reader, who keeps reading the old one', async () => {
    await run()
    const reader = await CatalogReader.open(join(dataDir, 'rollcall.duckdb'))
    await file('staging/numbers.sql', '-- One row per number.\nselect * from range(5) as t(n)')
    await run()
    expect(await reader.rows('select total from marts.sums')).toEqual([{ total: '3' }])
    reader.close()
    expect(await query('select total from marts.sums')).toEqual([{ total: '10' }])
  })

  it('removes what a crashed build left, and nothing of a build that is under way', async () => {
    await mkdir(dataDir, { recursive: true })
    // Process 1 always runs; no process has a number beyond the largest a system gives out.
    const living = 'rollcall.duckdb.1-00000000.building'
    await writeFile(join(dataDir, living), '')
    await writeFile(join(dataDir, 'rollcall.duckdb.99999999-00000001.building'), '')
    await writeFile(join(dataDir, 'rollcall.duckdb.99999999-00000001.building.wal'), '')
    await mkdir(join(dataDir, 'rollcall.duckdb.99999999-00000001.building.spill'))
    await writeFile(join(dataDir, `rollcall.duckdb.${process.pid}-00000002.building`), '')
    await run()
    expect((await readdir(dataDir)).sort()).toEqual(['rollcall.duckdb', living, 'rollcall.duckdb.standby'])
  })

  it('refuses a mart that reads the raw zone', async () => {
    await file('marts/direct.sql', '-- One row per page.\nselect * from raw.pages')
    await expect(run()).rejects.toThrow(/sql\/marts\/direct\.sql reads raw\.pages; only staging/)
  })

  it('stops when aborted, and leaves no files', async () => {
    await file(
      'marts/slow.sql',
      '-- One row.\nselect count(*) as n from range(100000000000) as t(i), staging.numbers',
    )
    const controller = new AbortController()
    const running = transform(
      { dataDir, signal: controller.signal },
      { clock: () => 0, models, onModel: () => setTimeout(() => controller.abort(new Error('stop')), 50) },
    )
    await expect(running).rejects.toThrow('stop')
    expect(await readdir(dataDir)).toEqual([])
  })

  it('takes a limit of memory and threads', async () => {
    await file('marts/limits.sql', "-- One row.\nselect current_setting('threads') as threads")
    await transform({ dataDir, memoryLimit: '256MB', threads: 1 }, { clock: () => 0, models })
    expect(await query('select threads from marts.limits')).toEqual([{ threads: '1' }])
    await expect(transform({ dataDir, memoryLimit: 'much' }, { clock: () => 0, models })).rejects.toThrow()
  })
})
