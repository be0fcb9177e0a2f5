import { describe, expect, it } from 'vitest'
import type { Subject } from '../../extract/streams.ts'
import { type Reading, verdictOfError, verdictOfReading } from '../../extract/verdict.ts'
import { type Meaning, ZoomError } from '../../extract/zoom/errors.ts'

const now = Date.parse('2026-06-10T12:00:00Z')
const instance = (start: string, end: string): Subject => ({
  key: 'instance:u==',
  instanceUuid: 'u==',
  instanceStart: start,
  instanceEnd: end,
})
const old = instance('2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z')
const recent = instance('2026-06-10T10:00:00Z', '2026-06-10T11:00:00Z')
const ancient = instance('2025-05-01T10:00:00Z', '2025-05-01T11:00:00Z')
const reading = (more: Partial<Reading>): Reading => ({
  rows: 5,
  rejected: 0,
  expected: 5,
  promised: null,
  hasDuration: true,
  ...more,
})
const statusOf = (subject: Subject, more: Partial<Reading>, hinted: number | null = null) =>
  verdictOfReading('participants', subject, reading(more), hinted, now).status

describe('the verdict on a listing read to its end', () => {
  it('is complete when all promised rows came', () => {
    expect(statusOf(old, {})).toBe('complete')
    expect(statusOf(old, { expected: null })).toBe('complete')
  })
  it('is partial when fewer rows came than promised, and says both numbers', () => {
    const verdict = verdictOfReading('participants', old, reading({ rows: 4, expected: 9 }), null, now)
    expect(verdict).toEqual({ status: 'partial', reason: 'Zoom promised 9 rows and sent 4' })
  })
  it('is partial when a row could not be understood, even if the number of rows is right', () => {
    expect(statusOf(old, { rejected: 1 })).toBe('partial')
  })
  it('tells "nobody came" from "not ready" by age', () => {
    expect(statusOf(old, { rows: 0, expected: 0 })).toBe('empty')
    expect(statusOf(recent, { rows: 0, expected: 0 })).toBe('not_ready')
  })
  it('does not believe an empty listing where another route saw people', () => {
    expect(statusOf(old, { rows: 0, expected: 0 }, 40)).toBe('partial')
  })
  it('takes durations of 0 in a long webinar that just ended as not ready, and later as they are', () => {
    expect(statusOf(recent, { hasDuration: false })).toBe('not_ready')
    expect(statusOf(old, { hasDuration: false })).toBe('complete')
    expect(statusOf(recent, { hasDuration: null })).toBe('complete')
  })
})

describe('the verdict on a refusal', () => {
  const refused = (meaning: Meaning, subject: Subject, stream: 'participants' | 'polls' = 'participants') =>
    verdictOfError(
      stream,
      'report',
      subject,
      new ZoomError({ meaning, kind: 'terminal', remedy: 'Do this.', code: 3001 }),
      now,
    ).status

  it.each([
    ['missing_scope', 'denied'],
    ['missing_plan', 'denied'],
    ['no_permission', 'denied'],
    ['expired', 'expired'],
    ['no_registration', 'empty'],
    ['server', 'failed'],
    ['malformed', 'failed'],
  ] as const)('calls %s %s', (meaning, status) => {
    expect(refused(meaning, old)).toBe(status)
  })

  it('reads "does not exist" by the age of the instance, never as nobody', () => {
    expect(refused('not_found', recent)).toBe('not_ready')
    expect(refused('not_found', old)).toBe('failed')
    expect(refused('not_found', ancient)).toBe('expired')
  })

  it('reads a missing poll report of an ended instance as no polls', () => {
    expect(refused('not_found', old, 'polls')).toBe('empty')
    expect(refused('not_found', recent, 'polls')).toBe('not_ready')
  })
})
