import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf } from '../../../extract/raw/columns.ts'
import { type EncodedColumn, type EncodedRows, encodeRows } from '../../../extract/raw/encodedRows.ts'
import { packRows, unpackRows } from '../../../extract/raw/packedRows.ts'
import { endpointFor } from '../../../extract/zoom/endpoints/catalogue.ts'
import { redactPage } from '../../../extract/zoom/redact.ts'

const participants = endpointFor('participants', 'report')
const registrants = endpointFor('registrants', 'webinars')
const absentees = endpointFor('absentees', 'past_webinars')

const scan = (bytes: Buffer, endpoint = participants) => endpoint.scan?.(bytes) ?? null

/** Texts are read from a Buffer, or from what is like one. */
function byteArrays({ columns, ...rows }: EncodedRows): EncodedRows {
  const plain = [...columns].map(([name, column]) => {
    const isBuffer = Buffer.isBuffer(column?.data)
    return [name, isBuffer ? { ...column, data: Uint8Array.from(column.data as Buffer) } : column] as const
  })
  return { ...rows, columns: new Map(plain as [string, EncodedColumn | null][]) }
}

/** Reads a body both ways; what is read from bytes has to be what is read by way of objects. */
function bothWays(text: string, endpoint = participants): 'scanned' | 'left' {
  const scanned = scan(Buffer.from(text), endpoint)
  if (scanned === null) return 'left'
  const { page, bytes } = scanned
  const columns = columnsOf(endpoint.stream)
  const kept = redactPage(JSON.parse(text), text)
  const { rows, ...expected } = endpoint.parse(kept.value)
  const { encoded, rows: rowsWhenAsked, ...read } = page
  expect(read).toEqual(expected)
  expect(rowsWhenAsked).toEqual(rows)
  expect(encoded).toEqual(packRows(columns, encodeRows(columns, rows)))
  expect(unpackRows(columns, encoded as NonNullable<typeof encoded>)).toEqual(
    byteArrays(encodeRows(columns, rows)),
  )
  // It is journaled as it came, less what is secret, and printed as it would be.
  expect(bytes.toString()).toBe(kept.text)
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
  ['a list where a value belongs', bodyOf([{ ...person, id: [] }])],
  ['a list in a field that another stands in for', bodyOf([{ ...person, participant_user_id: 'u', id: [] }])],
  ['a secret in a list', bodyOf([{ ...person, more: [{ password: 'x' }] }])],
  ['a link in a list', bodyOf([{ ...person, more: ['https://zoom.us/w/9?tk=SECRET'] }])],
  ['a field twice in an object', bodyOf([{ ...person, more: { a: 1 } }]).replace('{"a":1}', '{"a":1,"a":2}')],
  [
    'a field twice around an object with the same field',
    bodyOf([{ ...person, more: { a: { a: 1 } } }]).replace('{"a":1}', '{"a":1},"a":2'),
  ],
  ['a field without a name', bodyOf([{ ...person, '': 1 }])],
  ['a list too deep', bodyOf([{ ...person, more: [[[[[[[[[]]]]]]]]] }])],
  ['a list without its end', bodyOf([{ ...person, more: [1] }]).replace('[1]', '[1')],
  ['a secret that is a list', bodyOf([{ ...person, passwords: [] }])],
  ['a number that is no integer', bodyOf([{ ...person, duration: 1.5 }])],
  ['a number printed another way', bodyOf([person]).replace('3600', '36e2')],
  ['a leading zero that is no JSON', bodyOf([person]).replace('3600', '03600')],
  ['a minus before zero', bodyOf([person]).replace('3600', '-0')],
  ['a field twice', bodyOf([person]).replace('"failover":', '"user_id":')],
  ['a numeric name', bodyOf([person]).replace('"failover":', '"7":')],
  ['nothing but a secret', bodyOf([{ join_url: 'x' }])],
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

const registrant = {
  id: '9tboDiHUQAeOnbmudzWa5g',
  address: '1800 Amphibious Blvd.',
  city: 'Mountain View',
  custom_questions: [
    { title: 'What do you hope to learn?', value: 'a "lot"' },
    { title: 'Of', value: ['b', 2] },
  ],
  email: 'jchill@example.com',
  first_name: 'Jill',
  status: 'approved',
  create_time: '2022-03-22T05:58:44Z',
  join_url: 'https://example.com/w/1?tk=SECRET',
  participant_pin_code: 380303,
}
const registrantsOf = (registrants: unknown[]) => JSON.stringify({ page_size: 300, registrants })

test.each([registrants, absentees])('join links are cut out of $stream, and lists kept', (endpoint) => {
  const { join_url, ...without } = registrant
  const rows = [
    registrant,
    without,
    { join_url, ...without },
    { join_url, start_url: 'x', ...without, passcode: null, token: 'a?b=c&tk=d' },
    { ...without, custom_questions: null, create_time: 'some day', email: '' },
    { ...without, custom_questions: [], create_time: 7, note: { a: {}, b: [{}] } },
  ]
  const text = registrantsOf(rows)
  expect(bothWays(text, endpoint)).toBe('scanned')
  const kept = scan(Buffer.from(text), endpoint)?.bytes.toString()
  expect(kept).not.toMatch(/SECRET|url|passcode|tk=/)
  expect(JSON.parse(kept ?? '').registrants[0]).toEqual(without)
  for (const odd of [
    { ...without, id: '', email: null },
    { ...without, email: {} },
  ])
    expect(bothWays(registrantsOf([registrant, odd]), endpoint)).toBe('left')
})

test('answers that are no list are left to whoever goes row by row', () => {
  expect(bothWays(registrantsOf([{ ...registrant, custom_questions: {} }]), registrants)).toBe('left')
  expect(bothWays(registrantsOf([{ ...registrant, custom_questions: 'x' }]), registrants)).toBe('left')
})

test('a byte that needs looking at is found wherever it stands in a text', () => {
  const ascii = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code))
  for (const character of [...ascii, 'é', '株', '😀']) {
    const names = Array.from({ length: 4 }, (_, place) => `${'x'.repeat(place)}${character}tk=1`)
    const rows = names.map((name) => ({ ...person, name }))
    // After any of these, `tk=` is somebody's token; other control characters are written as `\\u....`.
    const isLeft = /[?&]/.test(character) || (character < ' ' && !/[\b\t\n\f\r]/.test(character))
    expect(bothWays(bodyOf(rows)), character).toBe(isLeft ? 'left' : 'scanned')
  }
})

test('no part of a page is taken for one', () => {
  const text = bodyOf([{ ...person, more: { a: ['b', null] }, name: 'a\n' }])
  for (let length = 0; length < text.length; length++)
    expect(scan(Buffer.from(text.slice(0, length)))).toBeNull()
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
    {
      weight: 30,
      arbitrary: fc.constantFrom(...Object.keys(person), 'bo_mtg_id', 'custom_questions', 'join_url'),
    },
    fc.string({ maxLength: 6 }),
    fc.constantFrom('__proto__', 'toString', '12', 'pass_code', 'x-token', 'URL'),
  )
  const nested = fc.oneof(
    fc.array(fc.oneof(scalar, fc.dictionary(name, scalar, { maxKeys: 3 })), { maxLength: 3 }),
    fc.dictionary(name, fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 3 }),
  )
  const value = fc.oneof({ weight: 8, arbitrary: scalar }, { weight: 2, arbitrary: nested })
  const usual = fc.oneof(
    fc.record({
      join_time: fc.constantFrom('2026-05-01T10:00:00Z', ''),
      name: text,
      duration: scalar,
    }),
    fc.record(
      {
        join_url: fc.constantFrom('https://example.com/w/1?tk=SECRET', ''),
        id: fc.constantFrom('a', 'b'),
        create_time: text,
        custom_questions: fc.oneof(nested, fc.constant([{ title: 'a', value: 'b' }])),
        start_url: fc.constant('x'),
      },
      { requiredKeys: ['id'] },
    ),
  )
  const row = fc.oneof(
    { weight: 4, arbitrary: usual },
    {
      weight: 8,
      arbitrary: fc
        .tuple(usual, name, value)
        .map(([one, key, value]) => ({ ...one, ...Object.fromEntries([[key, value]]) })),
    },
    fc.dictionary(name, scalar, { maxKeys: 8 }),
    fc.constantFrom(person, { ...person, name: 'B' }, registrant),
    { weight: 1, arbitrary: fc.anything() },
  )
  const envelope = fc.record(
    { next_page_token: scalar, total_records: scalar, page_size: scalar },
    { requiredKeys: [] },
  )
  const endpoint = fc.constantFrom(participants, registrants, absentees)
  const found = { scanned: 0, left: 0 }
  fc.assert(
    fc.property(endpoint, fc.array(row, { minLength: 1, maxLength: 4 }), envelope, (which, rows, more) => {
      const body = { ...more, [which === participants ? 'participants' : 'registrants']: rows }
      let written: string | undefined
      try {
        written = JSON.stringify(body)
      } catch {
        return
      }
      if (written !== undefined) found[bothWays(written, which)]++
    }),
    { numRuns: 3000 },
  )
  expect(found.scanned).toBeGreaterThan(200)
  expect(found.left).toBeGreaterThan(200)
})
