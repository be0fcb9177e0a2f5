import { expect, test } from 'vitest'
import { createAccount } from '../../simulator/account.ts'
import { caseOf } from '../../simulator/cases.ts'
import { connectionsOf } from '../../simulator/figures.ts'
import type { Participant } from '../../simulator/model.ts'
import { areAlike, normaliseName } from '../../simulator/names.ts'
import { now } from './client.ts'

function participantsOf(ambiguity: number): Participant[] {
  return createAccount({ now, ambiguity }).instances.flatMap((instance) => instance.participants)
}

test('without ambiguity nobody is ambiguous', () => {
  const account = createAccount({ now })
  expect(account).toEqual(createAccount({ now, ambiguity: 0 }))
  expect(participantsOf(0).filter(({ ambiguity }) => ambiguity !== null)).toEqual([])
})

test('the ordinary people come all the same, with the same rows', () => {
  const shown = (participants: Participant[]) =>
    participants
      .filter(({ ambiguity }) => ambiguity === null)
      .map(({ human, rows }) => [
        human?.key,
        rows.filter((row) => !row.isDuplicate).map(({ join, leave, name }) => [join, leave, name]),
      ])
  expect(shown(participantsOf(0.5))).toEqual(shown(participantsOf(0)))
})

test('every ambiguous case comes, about as often as asked', () => {
  const all = participantsOf(1)
  const ambiguous = all.filter(({ ambiguity }) => ambiguity !== null)
  expect(ambiguous.length / (all.length - ambiguous.length)).toBeCloseTo(1, 0)
  expect([...new Set(ambiguous.map(caseOf))].sort()).toEqual([
    'device_rejoin',
    'homonym_no_key',
    'other_address_no_link',
    'phone_rejoin',
    'registrant_no_key',
    'renamed_no_key',
    'respelled',
    'respelled_no_key',
  ])
})

test('each case is what it is called', () => {
  for (const participant of participantsOf(1)) {
    const rows = connectionsOf(participant)
    const names = new Set(rows.map((row) => normaliseName(row.name)))
    const kind = caseOf(participant)
    if (kind.endsWith('_no_key') || kind.endsWith('_rejoin')) expect(participant.keys).toEqual([])
    if (kind === 'respelled') {
      expect(participant.keys.length).toBe(1)
      expect(rows.some((row) => row.email === '')).toBe(true)
    }
    if (kind === 'respelled' || kind === 'respelled_no_key') expect(names.size).toBe(2)
    if (kind === 'device_rejoin' || kind === 'phone_rejoin') expect(rows.length).toBeGreaterThan(1)
    if (kind === 'renamed')
      expect(rows.some((row) => !areAlike(row.name, participant.human?.name ?? ''))).toBe(true)
    if (kind === 'other_address_no_link') {
      expect(participant.registrant?.email.toLowerCase().trim()).not.toBe(rows[0]?.email)
      expect(rows.every((row) => row.registrantId === '')).toBe(true)
    }
  }
})

test('a share outside 0 to 1 is refused', () => {
  for (const ambiguity of [-0.1, 1.1, Number.NaN])
    expect(() => createAccount({ now, ambiguity })).toThrow('ambiguity must be 0 to 1')
})
