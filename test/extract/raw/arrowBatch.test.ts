import { type Data, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrowBatch, arrowSchema, type RowRun } from '../../../extract/raw/arrowBatch.ts'
import { BatchMemory } from '../../../extract/raw/batchMemory.ts'
import type { Columns } from '../../../extract/raw/columns.ts'
import { encodeRows } from '../../../extract/raw/encodedRows.ts'

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
      const memory = new BatchMemory()
      for (const runs of all) {
        const again = Buffer.from(memory.streamOf(arrowBatch(schema, columns, runs, memory)))
        const fresh = arrowBatch(schema, columns, runs, new BatchMemory())
        expect(again.equals(tableToIPC(new Table([fresh]), 'stream'))).toBe(true)
      }
    }),
    { seed: 5, numRuns: 150 },
  )
})

test('a stream is made where its columns are, and elsewhere where they are not in the order of Arrow', () => {
  const schema = arrowSchema(columns)
  const rows = encodeRows(columns, [{ row: { word: 'a', minutes: 1, isThere: true }, raw: '' }])
  const memory = new BatchMemory()
  const batch = arrowBatch(schema, columns, [{ rows, shared: {}, firstRowNumber: 1 }], memory)
  const [word] = batch.data.children as [Data]
  const { buffer } = word.values as Uint8Array
  const bytes = Buffer.from(tableToIPC(new Table([batch]), 'stream'))
  const fields = schema.fields.toReversed()
  const reversed = new RecordBatch(
    new Schema(fields),
    makeData({
      type: new Struct(fields),
      length: 1,
      nullCount: 0,
      children: batch.data.children.toReversed(),
    }),
  )
  const reversedBytes = Buffer.from(tableToIPC(new Table([reversed]), 'stream'))

  const elsewhere = memory.streamOf(reversed)
  expect(elsewhere.buffer).not.toBe(buffer)
  expect(reversedBytes.equals(elsewhere)).toBe(true)
  const inPlace = memory.streamOf(batch)
  expect(inPlace.buffer).toBe(buffer)
  expect(bytes.equals(inPlace)).toBe(true)
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
    new BatchMemory(),
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
