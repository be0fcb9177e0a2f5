import { connectionsOf } from './figures.ts'
import type { Ambiguity, Participant } from './model.ts'
import { areAlike, isGeneric } from './names.ts'

/** What makes a participant easy or hard to recognise; each has one, the hardest that applies. */
export type CaseKind =
  | Ambiguity
  | 'forwarded_link'
  | 'other_address'
  | 'homonym'
  | 'renamed'
  | 'member'
  | 'registered_guest'
  | 'known_guest'
  | 'phone'
  | 'device'
  | 'no_key'

/** The case a participant is, for scoring identity by kind. */
export function caseOf(participant: Participant): CaseKind {
  const { human, registrant, keys, ambiguity, isOnForwardedLink } = participant
  if (ambiguity !== null) return ambiguity
  if (isOnForwardedLink) return 'forwarded_link'
  if (human === null) return participant.isPhone ? 'phone' : 'device'
  const isElsewhere =
    registrant !== null &&
    human.accountEmail !== null &&
    registrant.email.trim().toLowerCase() !== human.accountEmail
  if (isElsewhere) return 'other_address'
  if (human.isHomonym) return 'homonym'
  const names = connectionsOf(participant).map((row) => row.name)
  if (names.some((name) => !isGeneric(name) && !areAlike(name, human.name))) return 'renamed'
  if (human.accountEmail !== null) return 'member'
  if (registrant !== null) return 'registered_guest'
  return keys.length > 0 ? 'known_guest' : 'no_key'
}
