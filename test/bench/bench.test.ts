import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readmeSection } from '../../bench/readme.ts'
import { addResults, type Results } from '../../bench/results.ts'
import { atLeast, atMost, type Measured } from '../../bench/row.ts'
import { rows } from '../../bench/rows.ts'
import { type RowResult, runRow } from '../../bench/runRow.ts'
import { terminalTable } from '../../bench/table.ts'

// Two that take seconds; CI runs all of them by `npm run bench -- --scale small`.
test.each(['simulator', 'start'])(
  'the row %s measures both of its sides',
  { timeout: 120_000 },
  async (name) => {
    const row = rows[name] as (typeof rows)[string]
    const { ours, rival, checks } = await runRow(name, row, { size: row.sizes.small, repeats: 1 })
    for (const side of rival === null ? [ours] : [ours, rival]) {
      expect(side.seconds).toBeGreaterThan(0)
      expect(side.peak_bytes).toBeGreaterThan(10_000_000)
      for (const figure of Object.values(side)) expect(figure).toSatisfy(Number.isFinite)
    }
    expect(rival === null).toBe(row.rival === undefined)
    expect(checks.length).toBeGreaterThan(0)
  },
)

test('a measurement that fails says what it printed', async () => {
  const broken = { ...(rows.start as (typeof rows)[string]), prepare: undefined, rival: undefined }
  await expect(runRow('no such row', broken, { size: 1, repeats: 1 })).rejects.toThrow(
    /Cannot find module .*no such row/,
  )
})

test('goals are met at their limit and missed beyond', () => {
  expect([4, 4.01].map((value) => atMost('', value, 4, 'times').isMet)).toEqual([true, false])
  expect([97, 96.9].map((value) => atLeast('', value, 97, '%').isMet)).toEqual([true, false])
  expect(atMost('', 4.056, 4, 'times').shown).toBe('4.06 times')
  expect(atLeast('', 150_123.4, 150_000, 'rows/s').shown).toBe('150,123 rows/s')
})

function resultOf(row: string, value: number): RowResult {
  const side: Measured = { seconds: value, peak_bytes: 200 * 1024 * 1024 }
  return {
    ...{ row, what: `work of ${row}`, against: 'floor', size: 1000, unit: 'rows', repeats: 3 },
    ...{
      ours: side,
      rival: { ...side, seconds: 1 },
      checks: [atMost('ratio', value, 4, 'times')],
      load: 1.5,
    },
  }
}

test('results are merged by row, and another scale starts them over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-results-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'sub', 'latest.json')
  await addResults(file, 'full', [resultOf('load', 1), resultOf('pages', 5)])
  const merged = await addResults(file, 'full', [resultOf('load', 2)])
  // In the order of the table, whatever order they came in.
  expect(merged.rows.map(({ row, ours }) => [row, ours.seconds])).toEqual([
    ['pages', 5],
    ['load', 2],
  ])
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(merged)
  const small = await addResults(file, 'small', [resultOf('start', 1)])
  expect(small.rows.map(({ row }) => row)).toEqual(['start'])
})

test('the README gets the figures between its markers and keeps the rest', () => {
  const readme =
    'before\n<!-- written by `npm run bench -- --markdown` -->\nold\n<!-- end of what is written -->\nafter\n'
  const machine = { processors: 2, model: 'Some CPU', memory_gib: 8, node: 'v24' }
  const results: Results = { scale: 'full', machine, rows: [resultOf('load', 2), resultOf('pages', 5)] }
  const written = readmeSection(readme, results)
  expect(written).toMatch(/^before\n/)
  expect(written).toMatch(/after\n$/)
  expect(written).not.toContain('old')
  expect(written).toMatch(/work of load \(1,000 rows\) +\| floor +\| ratio: 2 times \| ≤ 4 times \(met\)/)
  expect(written).toContain('ratio: 5 times | ≤ 4 times (missed)')
  expect(readmeSection(written, results)).toBe(written)
  expect(() => readmeSection('no markers', results)).toThrow(/markers/)
  expect(() => readmeSection(readme, { ...results, scale: 'small' })).toThrow(/full scale/)
  expect(terminalTable(results.rows)).toContain('missed')
})
