import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowsChecksum } from '../../../extract/raw/checksum.ts'
import { encodeRows } from '../../../extract/raw/encodedRows.ts'

/** A row is JSON, and never empty. */
const row = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength })

function checksumOf(...pages: readonly (readonly string[])[]): RowsChecksum {
  const checksum = new RowsChecksum()
  for (const rows of pages) {
    const encoded = encodeRows(
      { raw: 'json' },
      rows.map((raw) => ({ row: {}, raw })),
    )
    checksum.addAll(encoded.columns.get('raw') ?? null)
  }
  return checksum
}

test('neither the order of rows nor their pages matter, their content and their number do', () => {
  const rows = fc.array(row(20), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(rows, row(20), (some, other) => {
      const sum = checksumOf(some).toString()
      expect(checksumOf([...some].sort().reverse()).toString()).toBe(sum)
      expect(checksumOf(some.slice(0, 7), some.slice(7)).toString()).toBe(sum)
      expect(checksumOf([...some, other]).toString()).not.toBe(sum)
      expect(checksumOf([`${some[0]}.`, ...some.slice(1)]).toString()).not.toBe(sum)
    }),
  )
})

test('rows that differ are counted, however many there are', () => {
  const rows = fc.array(row(3), { maxLength: 300 })
  fc.assert(
    fc.property(rows, (some) => {
      expect(checksumOf(some).distinctRows).toBe(new Set(some).size)
    }),
  )
  const many = Array.from({ length: 40_000 }, (_, at) => `{"id":${at % 30_000}}`)
  expect(checksumOf(many).distinctRows).toBe(30_000)
})

test('two equal rows do not cancel out, and count as one distinct row', () => {
  expect(checksumOf(['a', 'a', 'b']).toString()).not.toBe(checksumOf(['b']).toString())
  const checksum = checksumOf(['a', 'a', 'b'])
  expect(checksum.distinctRows).toBe(2)
  checksum.close()
  expect(checksum.distinctRows).toBe(2)
})

test('the checksum of known rows stays what it is, for it is compared with those of older runs', () => {
  expect(checksumOf([]).toString()).toBe('0'.repeat(32))
  // MurmurHash3 for x86, 128 bits, as other programs compute it.
  expect(checksumOf(['The quick brown fox jumps over the lazy dog']).toString()).toBe(
    '2f1583c3ecee2c675d7bf66ce5e91d2c',
  )
  expect(checksumOf(['abc']).toString()).toBe('75cdc6d1a2b006a5a2b006a5a2b006a5')
})
