import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextUtcMidnight, retryAtOf } from '../../../extract/zoom/retryAfter.ts'
import { clockMinutes } from '../../../extract/zoom/schemas/duration.ts'
import { epochMs } from '../../../extract/zoom/schemas/time.ts'

describe('epochMs', () => {
  test('agrees with Date for every second and millisecond it can be given', () => {
    const range = {
      min: new Date('2011-01-02T00:00:00Z'),
      max: new Date('2070-12-30T23:59:59Z'),
      noInvalidDate: true,
    }
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const iso = date.toISOString()
        expect(epochMs(iso)).toBe(date.getTime())
        const second = `${iso.slice(0, 19)}Z`
        expect(epochMs(second)).toBe(Date.parse(second))
      }),
      { numRuns: 1000 },
    )
  }, 120_000)

  test.each([
    ['2019-02-01T12:34:12.6600000+00:00', '2019-02-01T12:34:12.660Z'],
    ['2019-02-01T12:34:12.66Z', '2019-02-01T12:34:12.660Z'],
    ['2019-02-01T12:34:12.6669Z', '2019-02-01T12:34:12.666Z'],
    ['2019-02-01T12:34:12+05:30', '2019-02-01T07:04:12.000Z'],
    ['2019-02-01T12:34:12-0800', '2019-02-01T20:34:12.000Z'],
    ['2019-02-01 12:34:12', '2019-02-01T12:34:12.000Z'],
    ['2019-02-01T12:34Z', '2019-02-01T12:34:00.000Z'],
    ['2020-02-29T23:59:60Z', '2020-03-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(epochMs(text) as number).toISOString()).toBe(expected)
  })

  test.each([
    '12/22/2021 16:20',
    '2019-02-30T12:00:00Z',
    '2019-02-29T12:00:00Z',
    '2100-02-29T00:00:00Z',
    '2019-13-01T12:00:00Z',
    '2019-00-01T12:00:00Z',
    '2019-01-01T24:00:00Z',
    '2019-01-01T12:60:00Z',
    '2019/01/01T12:00:00Z',
    '2019-01-01T1a:00:00Z',
    '0001-01-01T00:00:00Z',
    '2019-01-01T12:00:00+99:00',
    '2019-01-01',
    'yesterday',
    '',
  ])('does not guess at "%s"', (text) => {
    expect(epochMs(text)).toBeNull()
  })
})

test('clockMinutes rounds the dashboard’s clock up to minutes and lets plain minutes through', () => {
  expect(clockMinutes('55:01')).toBe(56)
  expect(clockMinutes('55:00')).toBe(55)
  expect(clockMinutes('01:05:09')).toBe(66)
  expect(clockMinutes('60')).toBe(60)
  expect(clockMinutes(60)).toBe(60)
  expect(clockMinutes('soon')).toBeNull()
  expect(clockMinutes(undefined)).toBeNull()
})

describe('retryAtOf', () => {
  const nowMs = Date.parse('2026-03-04T10:00:00Z')
  test('reads seconds, an ISO time and an HTTP date', () => {
    expect(retryAtOf('3', nowMs)).toBe(nowMs + 3000)
    expect(retryAtOf('2026-03-05T00:00:00Z', nowMs)).toBe(Date.parse('2026-03-05T00:00:00Z'))
    expect(retryAtOf('Thu, 05 Mar 2026 00:00:00 GMT', nowMs)).toBe(Date.parse('2026-03-05T00:00:00Z'))
    expect(retryAtOf(['2'], nowMs)).toBe(nowMs + 2000)
  })
  test('says nothing for what is neither', () => {
    for (const header of [undefined, '', 'soon', '-5', '99999999999', '2026-99-99T00:00:00Z']) {
      expect(retryAtOf(header, nowMs)).toBeNull()
    }
  })
})

test('nextUtcMidnight is the start of the next day, also at midnight itself', () => {
  const iso = (text: string) => new Date(nextUtcMidnight(Date.parse(text))).toISOString()
  expect(iso('2026-03-04T23:59:59.999Z')).toBe('2026-03-05T00:00:00.000Z')
  expect(iso('2026-03-05T00:00:00Z')).toBe('2026-03-06T00:00:00.000Z')
})
