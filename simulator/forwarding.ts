import type { Gathering } from './gathering.ts'
import type { Human, Participant, Registrant, Row } from './model.ts'
import { areAlike } from './names.ts'

/**
 * Lets somebody else join through `owner`'s link as well. The stranger is either another signed-in member, or
 * present at the same time under an unlike name; both keep one name. The rows carry the owner's registrant id and,
 * where the stranger is no member, the owner's address.
 */
export function forwardLink(gathering: Gathering, owner: Participant, registrant: Registrant): void {
  const { prng, taken, crowd, add, stranger } = gathering
  const ownerName = owner.human?.name ?? ''
  const longest = owner.rows.reduce((a, b) => (length(b) > length(a) ? b : a))
  const member =
    owner.human?.userId && prng.chance(0.6)
      ? crowd.members.find((human) => !taken.has(human) && !areAlike(human.name, ownerName))
      : undefined
  const fits = (human: Human) => human.userId === null && !human.isHomonym && !areAlike(human.name, ownerName)
  const human = member ?? stranger(fits)
  taken.add(human)
  owner.isOnForwardedLink = true
  add(
    human,
    'attendee',
    null,
    {
      name: human.name,
      email: human.accountEmail ?? registrant.email.trim().toLowerCase(),
      userId: member === undefined ? '' : (human.userId ?? ''),
      registrantId: registrant.id,
      isInternal: member !== undefined,
    },
    member === undefined
      ? { isSteady: true, within: { join: longest.join, leave: longest.leave } }
      : { isSteady: true },
  )
}

function length(row: Row): number {
  return row.isWaiting ? -1 : row.leave - row.join
}
