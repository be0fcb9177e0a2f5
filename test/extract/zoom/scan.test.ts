import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf } from '../../../extract/raw/columns.ts'
import { type EncodedColumn, type EncodedRows, encodeRows } from '../../../extract/raw/encodedRows.ts'
import { packRows, unpackRows } from '../../../extract/raw/packedRows.ts'
import { endpointFor } from '../../../extract/zoom/endpoints/catalogue.ts'
import { redactPage } from '../../../extract/zoom/redact.ts'

const endpoint = endpointFor('participants', 'report')
const scan = endpoint.scan as NonNullable<typeof endpoint.scan>
const columns = columnsOf('participants')

/** Texts are read from a Buffer, or from what is like one. */
function byteArrays({ columns, ...rows }: EncodedRows): EncodedRows {
  const plain = [...columns].map(([name, column]) => {
    const isBuffer = Buffer.isBuffer(column?.data)
    return [name, isBuffer ? { ...column, data: Uint8Array.from(column.data as Buffer) } : column] as const
  })
  return { ...rows, columns: new Map(plain as [string, EncodedColumn | null][]) }
}

/** Reads a body both ways; what is read from bytes has to be what is read by way of objects. */
function bothWays(text: string): 'scanned' | 'left' {
  const page = scan(Buffer.from(text))
  if (page === null) return 'left'
  const kept = redactPage(JSON.parse(text), text)
  const { rows, ...expected } = endpoint.parse(kept.value)
  const { encoded, rows: rowsWhenAsked, ...read } = page
  expect(read).toEqual(expected)
  expect(rowsWhenAsked).toEqual(rows)
  expect(encoded).toEqual(packRows(columns, encodeRows(columns, rows)))
  expect(unpackRows(columns, encoded as NonNullable<typeof encoded>)).toEqual(
    byteArrays(encodeRows(columns, rows)),
  )
  // It is journaled as it came: nothing in it is secret, and it is printed as it would be.
  expect(kept.text).toBe(text)
  expect(JSON.stringify(JSON.parse(text))).toBe(text)
  return 'scanned'
}

const person = {
  id: 'dm7aLSoHR2yLJ5OObOTrXA==',
  user_id: '16778240',
  name: 'Ana María, née "%"'.replaceAll('"', "'"),
  user_email: 'ana@example.com',
  join_time: '2026-05-01T10:00:00Z',
  leave_time: '2026-05-01T11:00:00Z',
  duration: 3600,
  registrant_id: 'r1',
  failover: false,
  status: 'in_meeting',
  internal_user: false,
  participant_user_id: '',
}
const bodyOf = (participants: unknown[], more: object = {}) =>
  JSON.stringify({
    page_count: 1,
    page_size: 300,
    total_records: 1,
    next_page_token: 'a=b',
    ...more,
    participants,
  })

test('a page as Zoom sends it is read from its bytes, also with fields nobody knows yet and others left out', () => {
  const { duration: _, ...without } = person
  const rows = [
    person,
    { ...person, bo_mtg_id: 'room', groupId: 7, note: '100 % = all' },
    without,
    { name: '王' },
  ]
  expect(bothWays(bodyOf(rows))).toBe('scanned')
  const quoted = ['さくら "Sunny" Dubois', 'C:\\x\n\ty', '"', '\b\f\r'].map((name) => ({
    ...person,
    name,
    id: `${name}=`,
  }))
  expect(bothWays(bodyOf([person, ...quoted, { ...person, duration: '"1"' }]))).toBe('scanned')
  expect(bothWays(bodyOf(rows, { from: null, of: true }))).toBe('scanned')
})

test.each([
  ['blanks between values', JSON.stringify(JSON.parse(bodyOf([person])), null, 1)],
  ['an escape that could be written shorter', bodyOf([person]).replace('Ana', '\\u0041na')],
  ['a slash that is escaped', bodyOf([person]).replace('Ana', '\\/na')],
  ['an escape in a name', bodyOf([{ ...person, 'a"b': 1 }])],
  ['a half of a pair', bodyOf([{ ...person, name: '\ud800' }])],
  ['a link behind an escape', bodyOf([{ ...person, name: 'see "https://zoom.us/w/9?tk=SECRET"' }])],
  ['a nested value', bodyOf([{ ...person, more: [] }])],
  ['a number that is no integer', bodyOf([{ ...person, duration: 1.5 }])],
  ['a number printed another way', bodyOf([person]).replace('3600', '36e2')],
  ['a leading zero that is no JSON', bodyOf([person]).replace('3600', '03600')],
  ['a minus before zero', bodyOf([person]).replace('3600', '-0')],
  ['a field twice', bodyOf([person]).replace('"failover":', '"user_id":')],
  ['a numeric name', bodyOf([person]).replace('"failover":', '"7":')],
  ['a name that is a secret', bodyOf([{ ...person, join_url: 'x' }])],
  ['a secret under the page', bodyOf([person], { host_key: '1' })],
  ['a token in a row', bodyOf([{ ...person, next_page_token: 'x' }])],
  ['a link with a token', bodyOf([{ ...person, name: 'https://zoom.us/w/9?tk=SECRET' }])],
  ['a time that is none', bodyOf([{ ...person, join_time: 'yesterday' }])],
  ['a day that is none', bodyOf([{ ...person, join_time: '2026-02-30T10:00:00Z' }])],
  ['a stay of weeks', bodyOf([{ ...person, leave_time: '2026-09-01T11:00:00Z' }])],
  ['neither who nor when', bodyOf([{ duration: 1 }])],
  ['no list', JSON.stringify({ page_size: 300 })],
  ['another list', bodyOf([person], { others: [person] })],
  ['the list twice', `${bodyOf([person]).slice(0, -1)},"participants":[]}`],
  ['an error beside the rows', bodyOf([person], { code: 300, message: 'no' })],
  ['something behind it', `${bodyOf([person])} `],
  ['a byte order mark', `\uFEFF${bodyOf([person])}`],
  ['half of it', bodyOf([person]).slice(0, 150)],
])('%s is left to whoever goes row by row', (_what, text) => {
  expect(scan(Buffer.from(text))).toBeNull()
})

test('bytes that are no UTF-8 are left as well', () => {
  const bytes = Buffer.from(bodyOf([person]))
  bytes[bytes.indexOf('Ana')] = 0xff
  expect(scan(bytes)).toBeNull()
})

test('whatever a page holds, it is read to the same columns both ways, or left', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('"', '\\', 'a\n"b"=', '\u0001', '\ud800', '/'),
    fc.constantFrom(
      '',
      ' ',
      '0',
      'true',
      '12',
      '-7',
      '99999999999',
      'a=b',
      '?tk=x',
      '%3Fpwd%3Dy',
      '2026-05-01T24:00:00Z',
    ),
    fc
      .date({ min: new Date('2001-01-01'), max: new Date('2080-01-01'), noInvalidDate: true })
      .map((date) => `${date.toISOString().slice(0, 19)}Z`),
    fc.constantFrom(
      '2026-05-01T10:00:60Z',
      '2026-05-01T10:00:00+02:00',
      '2026-05-01 10:00:00',
      '2026-05-01T10:00:00.5Z',
    ),
  )
  const scalar = fc.oneof(
    { weight: 6, arbitrary: text },
    {
      weight: 3,
      arbitrary: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -1, 1, 2_147_483_648)),
    },
    fc.boolean(),
    fc.constant(null),
    fc.double(),
  )
  const name = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...Object.keys(person), 'bo_mtg_id', 'customer_key') },
    fc.string({ maxLength: 6 }),
    fc.constantFrom('__proto__', 'toString', '12', 'pass_code', 'x-token', 'URL'),
  )
  const usual = fc.record({
    join_time: fc.constantFrom('2026-05-01T10:00:00Z', ''),
    name: text,
    duration: scalar,
  })
  const row = fc.oneof(
    { weight: 4, arbitrary: usual },
    {
      weight: 8,
      arbitrary: fc
        .tuple(usual, name, scalar)
        .map(([one, key, value]) => ({ ...one, ...Object.fromEntries([[key, value]]) })),
    },
    fc.dictionary(name, scalar, { maxKeys: 8 }),
    fc.constantFrom(person, { ...person, name: 'B' }),
    { weight: 1, arbitrary: fc.anything() },
  )
  const envelope = fc.record(
    { next_page_token: scalar, total_records: scalar, page_size: scalar },
    { requiredKeys: [] },
  )
  const found = { scanned: 0, left: 0 }
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), envelope, (rows, more) => {
      const body = { ...more, participants: rows }
      let written: string | undefined
      try {
        written = JSON.stringify(body)
      } catch {
        return
      }
      if (written !== undefined) found[bothWays(written)]++
    }),
    { numRuns: 3000 },
  )
  expect(found.scanned).toBeGreaterThan(200)
  expect(found.left).toBeGreaterThan(200)
})
