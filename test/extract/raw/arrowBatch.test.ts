import { Table, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrowBatch, arrowSchema, type RowRun } from '../../../extract/raw/arrowBatch.ts'
import type { Columns } from '../../../extract/raw/columns.ts'
import { encodeRows } from '../../../extract/raw/encodedRows.ts'
import { IpcStream } from '../../../extract/raw/ipcStream.ts'
import { ReusedMemory } from '../../../extract/raw/reusedMemory.ts'

const columns = {
  word: 'string',
  answers: 'json',
  minutes: 'int32',
  total: 'int64',
  score: 'double',
  isThere: 'boolean',
  joined: 'timestamp',
  row_number: 'int32',
} as const satisfies Columns

const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const value = {
  word: fc.option(fc.string({ unit: 'grapheme' })),
  answers: fc.option(fc.constantFrom('', '{}', '[1]')),
  minutes: fc.option(integer),
  total: fc.option(fc.maxSafeInteger()),
  score: fc.option(fc.double({ noNaN: true })),
  isThere: fc.option(fc.boolean()),
  joined: fc.option(integer),
}
const run: fc.Arbitrary<RowRun> = fc
  .record({
    rows: fc.array(fc.record({ row: fc.record(value, { requiredKeys: [] }), raw: fc.constant('') }), {
      maxLength: 40,
    }),
    shared: fc.record(value, { requiredKeys: [] }),
    firstRowNumber: fc.option(fc.constant(1)),
  })
  .map(({ rows, ...rest }) => ({ rows: encodeRows(columns, rows), ...rest }))
const batches = fc.array(fc.array(run, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 })

test('a batch does not show what was in its memory before', () => {
  const schema = arrowSchema(columns)
  fc.assert(
    fc.property(batches, (all) => {
      const memory = new ReusedMemory()
      const stream = new IpcStream()
      for (const runs of all) {
        const again = Buffer.from(stream.of(arrowBatch(schema, columns, runs, memory)))
        const fresh = arrowBatch(schema, columns, runs, new ReusedMemory())
        expect(again.equals(tableToIPC(new Table([fresh]), 'stream'))).toBe(true)
      }
    }),
    { seed: 5, numRuns: 150 },
  )
})

test('a value that rows share is in each of them, and other rows keep their own', () => {
  const schema = arrowSchema(columns)
  const rows = encodeRows(columns, [
    { row: { word: 'own', minutes: 7, isThere: false }, raw: '' },
    { row: { word: null }, raw: '' },
  ])
  const shared = { word: 'é', minutes: 3, total: -(2 ** 40), isThere: true, joined: -1, answers: null }
  const batch = arrowBatch(
    schema,
    columns,
    [
      { rows, shared, firstRowNumber: 1 },
      { rows, shared: {}, firstRowNumber: null },
    ],
    new ReusedMemory(),
  )
  const common = { answers: null, score: null }
  const inAll = { ...common, word: 'é', minutes: 3, total: -(2n ** 40n), isThere: true, joined: -1 }
  const none = { ...common, total: null, joined: null, row_number: null }
  expect(new Table([batch]).toArray().map((row) => ({ ...row.toJSON() }))).toEqual([
    { ...inAll, row_number: 1 },
    { ...inAll, row_number: 2 },
    { ...none, word: 'own', minutes: 7, isThere: false },
    { ...none, word: null, minutes: null, isThere: null },
  ])
})
