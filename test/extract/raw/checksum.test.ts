import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowsChecksum } from '../../../extract/raw/checksum.ts'

function checksumOf(rows: readonly string[]): RowsChecksum {
  const checksum = new RowsChecksum()
  for (const row of rows) checksum.add(row)
  return checksum
}

test('the order of rows does not matter, their content and their number do', () => {
  const rows = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(rows, fc.string(), (some, other) => {
      const sum = checksumOf(some).toString()
      expect(checksumOf([...some].sort().reverse()).toString()).toBe(sum)
      expect(checksumOf([...some, other]).toString()).not.toBe(sum)
      expect(checksumOf([`${some[0]}.`, ...some.slice(1)]).toString()).not.toBe(sum)
    }),
  )
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
  // SHA-1 of "abc" is a9993e36 4706816a ba3e2571 7850c26c …; words are read with their lowest byte first.
  expect(checksumOf(['abc']).toString()).toBe('363e99a96a81064771253eba6cc25078')
})
