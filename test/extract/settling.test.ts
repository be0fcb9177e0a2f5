import { describe, expect, it } from 'vitest'
import { dueAgainMs, needOf, type Readings, type SettlingRules } from '../../extract/settling.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { openedSince } from '../../extract/zoom/scopes.ts'

const DAY_MS = 86_400_000
const now = new Date('2026-06-15T12:00:00Z')
const report = endpointFor('participants', 'report')
const rules: SettlingRules = { now, settleDays: 7, opened: [], isPatienceOver: false }
/** An instance that ended so many days ago. */
const ended = (days: number) => ({
  startMs: now.getTime() - days * DAY_MS,
  endMs: now.getTime() - days * DAY_MS,
})
const never: Readings = {
  lastStatus: 'failed',
  isOwed: false,
  confirmedAtMs: null,
  goodAtMs: null,
  answered: [],
  failures: 0,
  failedAtMs: null,
}
/** Settled by a complete reading from the second source, a day ago. */
const fromSecond: Readings = {
  ...never,
  lastStatus: 'complete',
  goodAtMs: now.getTime() - DAY_MS,
  answered: ['past_webinars'],
}

describe('what failed run after run', () => {
  const failed = (failures: number, daysAgo: number): Readings => ({
    ...never,
    failures,
    failedAtMs: now.getTime() - daysAgo * DAY_MS,
  })

  it('is asked for at once after two runs, then after 1, 2, 4 … days and never less than monthly', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((failures) => dueAgainMs(failures, 0) / DAY_MS)
    expect(waits).toEqual([0, 0, 1, 2, 4, 8, 16, 30, 30])
  })

  it('is asked twenty times at most in the year that Zoom may keep it', () => {
    let readings = 0
    let last: Readings | undefined
    const start = now.getTime() - 8 * DAY_MS
    for (let day = 0; day < 500; day++) {
      const today = new Date(now.getTime() + day * DAY_MS)
      const need = needOf('polls', last, { startMs: start, endMs: start }, { ...rules, now: today })
      if (typeof need === 'string') continue
      readings += 1
      last = { ...never, failures: readings, failedAtMs: today.getTime() }
    }
    expect(readings).toBeGreaterThan(10)
    expect(readings).toBeLessThanOrEqual(20)
    const later = new Date(now.getTime() + 500 * DAY_MS)
    expect(needOf('polls', last, { startMs: start, endMs: start }, { ...rules, now: later })).toBe('settled')
  })

  it('waits for its day, but not in the week in which everything is read again, nor with --full', () => {
    expect(needOf('polls', failed(5, 1), ended(30), rules)).toBe('deferred')
    expect(needOf('polls', failed(5, 4), ended(30), rules)).toEqual({ why: 'owed', failures: 5 })
    expect(needOf('polls', failed(5, 1), ended(3), rules)).toEqual({ why: 'owed', failures: 5 })
    expect(needOf('polls', failed(5, 1), ended(30), { ...rules, isPatienceOver: true })).toEqual({
      why: 'owed',
      failures: 5,
    })
  })

  it('is asked of the better source alone where a second one has answered and settled', () => {
    const owed = { ...fromSecond, isOwed: true, failures: 1, failedAtMs: now.getTime() - DAY_MS }
    expect(needOf('participants', owed, ended(30), rules)).toEqual({
      why: 'owed',
      failures: 1,
      sources: ['report'],
    })
    expect(needOf('participants', { ...owed, failures: 4 }, ended(30), rules)).toBe('deferred')
  })
})

describe('what failed once long after its end', () => {
  it('is read again all the same: the failure said nothing about it', () => {
    const failed: Readings = { ...never, failures: 1, failedAtMs: now.getTime() - DAY_MS }
    expect(needOf('participants', failed, ended(425), rules)).toEqual({ why: 'owed', failures: 1 })
  })
})

describe('a scope that is granted later', () => {
  const opened = [report]

  it('brings what had settled without it back once, from the source it opens', () => {
    expect(needOf('participants', fromSecond, ended(30), rules)).toBe('settled')
    expect(needOf('participants', fromSecond, ended(30), { ...rules, opened })).toEqual({
      why: 'scope',
      failures: 0,
      sources: ['report'],
    })
    const answered: Readings = { ...fromSecond, answered: ['past_webinars', 'report'] }
    expect(needOf('participants', answered, ended(30), { ...rules, opened })).toBe('settled')
  })

  it('does not bring back what Zoom no longer keeps', () => {
    expect(needOf('participants', fromSecond, ended(400), { ...rules, opened })).toBe('settled')
    const expired: Readings = { ...fromSecond, lastStatus: 'expired' }
    expect(needOf('participants', expired, ended(30), { ...rules, opened })).toBe('settled')
  })

  it('is told by the scopes of the token, classic and of a master account too, and never where none are named', () => {
    const sources = (before: string[] | undefined, granted: string[]) =>
      openedSince(before, granted)
        .filter(({ stream }) => stream === 'participants')
        .map(({ source }) => source)
    const old = ['webinar:read:list_past_participants:admin']
    expect(sources(old, [...old, 'report:read:list_webinar_participants:master'])).toEqual(['report'])
    expect(sources(old, [...old, 'report:read:admin'])).toEqual(['report'])
    expect(sources([...old, 'report:read:admin'], [...old, 'report:read:admin'])).toEqual([])
    expect(sources(undefined, old)).toEqual([])
    expect(sources([], old)).toEqual([])
    expect(sources(old, [])).toEqual([])
  })
})
