import { addAmbiguous } from './ambiguity.ts'
import { forwardLink } from './forwarding.ts'
import { createGathering, type Gathering } from './gathering.ts'
import type { Human, Instance, Registrant } from './model.ts'
import { genericNames, phoneName } from './names.ts'
import { type Identity, type Traits, waitInVain } from './presence.ts'
import type { Prng } from './prng.ts'
import { seatRows } from './seating.ts'
import type { Crowd } from './webinars.ts'

/**
 * Fills an instance with `size` participants (host and panelists among them) and seats their rows. `ambiguity` adds
 * that share of people whom rules cannot surely tell.
 */
export function gather(prng: Prng, instance: Instance, size: number, crowd: Crowd, ambiguity: number): void {
  const { webinar } = instance
  const isTrapped = instance === webinar.instances[0] && webinar.index < 4
  const traits: Traits = {
    hasRooms: isTrapped || prng.chance(0.15),
    hasWaitingRoom: isTrapped || prng.chance(0.15),
  }
  const gathering = createGathering(prng, instance, crowd, traits)
  const left = () => size - instance.participants.length
  if (size > 0) {
    const host = webinar.host.human
    gathering.add(host, 'host', null, identify(host, null), { isSteady: true })
  }
  if (size > 12)
    for (const { human } of webinar.panelists)
      if (prng.chance(0.85))
        gathering.add(human, 'panelist', null, identify(human, null, human.email), {
          isSteady: prng.chance(0.5),
        })
  if (left() > 0) {
    const share = webinar.hasRegistration ? 0.02 : 0.06
    addNobodies(gathering, Math.min(left(), Math.max(2, Math.round(left() * share))))
  }
  if (left() > 0) {
    if (webinar.hasRegistration) addRegistered(gathering, left())
    else addOpen(gathering, left())
  }
  if (ambiguity > 0 && size > 1)
    addAmbiguous({ ...gathering, prng: prng.fork('ambiguous') }, Math.ceil(size * ambiguity))
  const waiting = traits.hasWaitingRoom ? Math.ceil(size * 0.02) : 0
  const inVain = Array.from({ length: waiting }, () => waitInVain(prng, instance, gathering.stranger().name))
  seatRows(prng, instance, inVain, isTrapped || prng.chance(0.25))
}

/** What rows show: members always their account; guests the address of their registration; else little. */
function identify(human: Human, registrant: Registrant | null, email = ''): Identity {
  return {
    name: human.name,
    email: human.accountEmail ?? (registrant === null ? email : registrant.email.trim().toLowerCase()),
    userId: human.userId ?? '',
    registrantId: registrant?.id ?? '',
    isInternal: human.accountEmail !== null,
  }
}

function addNobodies({ prng, instance, add }: Gathering, count: number): void {
  const base = prng.int(0, 9999)
  for (let i = 0; i < count && i < 400; i++) {
    const name = i % 2 === 0 ? phoneName(base + i) : prng.pick(genericNames)
    const identity = { name, email: '', userId: '', registrantId: '', isInternal: false }
    add(null, 'attendee', null, identity, {
      isSingle: true,
      within: { join: instance.start, leave: instance.end },
    })
  }
}

/** Everybody by registration, but for some members who used the general link and some forwarded links. */
function addRegistered(gathering: Gathering, count: number): void {
  const { prng, instance, crowd, taken, add } = gathering
  const { webinar } = instance
  const approved = webinar.registrants.filter(
    (r) => r.status === 'approved' && (r.occurrenceId === null || r.occurrenceId === instance.occurrenceId),
  )
  const uninvited = prng.sample(
    crowd.members.filter((human) => !taken.has(human)),
    Math.ceil(count * 0.02),
  )
  // Forwarded links need the registrants' list to be told apart, so unlisted webinars have none.
  const forwarded = webinar.isListed && count >= 20 ? Math.max(2, Math.round(count * 0.01)) : 0
  // The first ones always come: the member under a private address and the homonyms stand there.
  const certain = approved.slice(0, Math.min(9, Math.floor(count / 3)))
  const drawn = prng.sample(
    approved.slice(certain.length),
    count - uninvited.length - forwarded - certain.length,
  )
  for (const [index, registrant] of [...certain, ...drawn].entries()) {
    const { human } = registrant
    const isOwner = index >= certain.length && index < certain.length + forwarded
    const owner = add(human, 'attendee', registrant, identify(human, registrant), { isSteady: isOwner })
    if (isOwner) forwardLink(gathering, owner, registrant)
  }
  for (const human of uninvited) {
    if (taken.has(human)) continue
    taken.add(human)
    add(human, 'attendee', null, identify(human, null))
  }
}

/** Without registration: members, people signed in elsewhere, few addresses, and mostly mere names. */
function addOpen(gathering: Gathering, count: number): void {
  const { prng, crowd, taken, add, stranger } = gathering
  const members = prng.sample(
    crowd.members.filter((human) => !taken.has(human)),
    Math.ceil(count * 0.1),
  )
  for (const human of members) add(human, 'attendee', null, identify(human, null))
  const rest = count - members.length
  for (let i = 0; i < rest; i++) {
    const draw = i / rest
    if (draw < 0.15) {
      const human = stranger((h) => h.userId !== null)
      add(human, 'attendee', null, identify(human, null))
    } else if (draw < 0.25) {
      const human = stranger((h) => h.userId === null)
      add(human, 'attendee', null, identify(human, null, human.email))
    } else {
      const human = stranger((h) => h.userId === null && !h.isHomonym)
      add(human, 'attendee', null, identify(human, null))
    }
  }
}
