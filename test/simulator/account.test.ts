import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Account, type AccountOptions, createAccount } from '../../simulator/account.ts'
import { figuresOf } from '../../simulator/figures.ts'
import { createRowTexts } from '../../simulator/rowtext.ts'
import { truthOf } from '../../simulator/truth.ts'
import { now } from './client.ts'

/** A digest of everything served about participants, registrants and answers. */
function digest(options: AccountOptions): string {
  const account = createAccount({ now, ...options })
  const texts = createRowTexts()
  const hash = createHash('sha256').update(JSON.stringify(truthOf(account)))
  for (const instance of account.instances) {
    hash.update(texts.slice(instance, 'metrics_registrant', 0, instance.rows.length))
    hash.update(texts.slice(instance, 'report_registrant', 0, instance.rows.length))
    hash.update(
      JSON.stringify(
        instance.pollAnswers.map((answer) => [answer.participant.key, answer.answer, answer.at]),
      ),
    )
  }
  for (const { registrants } of account.webinars) hash.update(JSON.stringify(registrants))
  return hash.digest('hex')
}

test('the same seed gives the same account, byte for byte', () => {
  expect(digest({ seed: 7 })).toBe(digest({ seed: 7 }))
})

test('another seed, scale or day gives another account', () => {
  const digests = [
    { seed: 7 },
    { seed: 8 },
    { seed: 7, scale: 700 },
    { seed: 7, now: new Date('2026-05-02T00:00:00Z') },
  ].map(digest)
  expect(new Set(digests).size).toBe(4)
})

test('a recent instance leaves the others as they are', () => {
  const plain = createAccount({ now })
  const recent = createAccount({ now, recent: true })
  const uuids = ({ instances }: Account) => instances.map((instance) => instance.uuid)
  expect(uuids(recent).slice(0, -1)).toEqual(uuids(plain))
})

test('the demo account is as large as promised', () => {
  const { totals } = truthOf(createAccount({ now, scale: 'demo' }))
  expect(totals.webinars).toBeGreaterThanOrEqual(12)
  expect(totals.instances).toBeGreaterThanOrEqual(60)
  expect(totals.participants).toBeGreaterThanOrEqual(20_000)
})

test('a number gives about as many participants', () => {
  for (const scale of [100, 2_000, 2_300, 6_000]) {
    const account = createAccount({ now, scale })
    const participants = account.instances.reduce(
      (sum, instance) => sum + figuresOf(instance).participants,
      0,
    )
    expect(Math.abs(participants - scale)).toBeLessThan(scale * 0.05 + 30)
  }
})

test('a scale that makes no account is refused', () => {
  expect(() => createAccount({ scale: 5 })).toThrow(/scale must be tiny, demo, headline or 100 to 1000000/)
  expect(() => createAccount({ scale: Number.NaN })).toThrow(RangeError)
})

test.each([1, 2, 3])('a tiny account has every kind of participant (seed %i)', (seed) => {
  const people = createAccount({ seed, now }).instances.flatMap((instance) => instance.participants)
  const has = (fits: (person: (typeof people)[number]) => boolean) => expect(people.some(fits)).toBe(true)
  has(({ role }) => role === 'host')
  has(({ role }) => role === 'panelist')
  has(({ isPhone }) => isPhone)
  has(({ isOnForwardedLink, registrant }) => isOnForwardedLink && registrant !== null)
  has(
    ({ isOnForwardedLink, registrant, keys }) =>
      isOnForwardedLink && registrant === null && keys.length === 0,
  )
  has(
    ({ isOnForwardedLink, registrant, keys }) =>
      isOnForwardedLink && registrant === null && keys.length === 2,
  )
  has(({ human, keys }) => human !== null && keys.length === 0)
  has(({ human }) => human?.isHomonym === true)
  has(({ keys }) => keys.length === 3)
  has(({ keys }) => keys.length === 1 && keys[0]?.startsWith('U:') === true)
  has(({ keys }) => keys.length === 1 && keys[0]?.startsWith('E:') === true)
  has(
    ({ registrant, human }) =>
      registrant !== null && human?.accountEmail != null && registrant.email !== human.accountEmail,
  )
  has(({ rows }) => new Set(rows.map((row) => row.name)).size > 1)
  has(({ rows }) => rows.some((row) => row.isDuplicate))
  has(
    ({ rows }) =>
      rows.every((row) => row.isWaiting || row.join === row.leave) ||
      rows.some((row) => row.join === row.leave),
  )
})

test('two homonyms meet in an instance, and all their rows have keys', () => {
  const { instances } = createAccount({ now })
  const meeting = instances.find(({ participants }) => {
    const names = participants.filter((p) => p.human?.isHomonym).map((p) => p.human?.name)
    return new Set(names).size < names.length
  })
  expect(meeting).toBeDefined()
  for (const { human, rows } of meeting?.participants ?? [])
    if (human?.isHomonym)
      for (const row of rows) expect(row.registrantId + row.userId + row.email).not.toBe('')
})
