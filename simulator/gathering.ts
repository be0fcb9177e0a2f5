import type { Ambiguity, Human, Instance, Participant, Registrant, Role } from './model.ts'
import { bePresent, type Identity, type Traits } from './presence.ts'
import type { Prng } from './prng.ts'
import type { Crowd } from './webinars.ts'

/** Who comes to one instance while it is filled; nobody comes twice. */
export interface Gathering {
  prng: Prng
  instance: Instance
  traits: Traits
  /** Humans already in the instance or registered for its webinar. */
  taken: Set<Human>
  crowd: Crowd
  /** A participant without rows yet. */
  enter(
    human: Human | null,
    role: Role,
    registrant: Registrant | null,
    identity: Identity,
    ambiguity?: Ambiguity,
  ): Participant
  /** A participant with the rows of one presence. */
  add(
    human: Human | null,
    role: Role,
    registrant: Registrant | null,
    identity: Identity,
    traits?: Traits,
  ): Participant
  /** A guest of the crowd who is in no way here yet, marked as taken. */
  stranger(fits?: (human: Human) => boolean): Human
}

/** @param common what all presences in the instance are like */
export function createGathering(prng: Prng, instance: Instance, crowd: Crowd, common: Traits): Gathering {
  const { webinar } = instance
  const taken = new Set<Human>([webinar.host.human])
  for (const { human } of webinar.panelists) taken.add(human)
  for (const { human } of webinar.registrants) taken.add(human)
  const gathering: Gathering = {
    prng,
    instance,
    traits: common,
    taken,
    crowd,
    enter(human, role, registrant, identity, ambiguity) {
      const isGuestOfOther = registrant === null && identity.registrantId !== ''
      const keys: string[] = []
      if (!isGuestOfOther && identity.registrantId !== '') keys.push(`R:${identity.registrantId}`)
      if (identity.userId !== '') keys.push(`U:${identity.userId}`)
      if (identity.email !== '' && !(isGuestOfOther && identity.userId === ''))
        keys.push(`E:${identity.email.trim().toLowerCase()}`)
      const participant: Participant = {
        key: `${instance.uuid}#${instance.participants.length + 1}`,
        human,
        role,
        registrant,
        keys,
        isPhone: human === null && /^\+\d/.test(identity.name),
        isOnForwardedLink: isGuestOfOther,
        ambiguity: ambiguity ?? null,
        rows: [],
      }
      instance.participants.push(participant)
      return participant
    },
    add(human, role, registrant, identity, traits) {
      const participant = gathering.enter(human, role, registrant, identity)
      bePresent(prng, instance, participant, identity, { ...common, ...traits })
      return participant
    },
    stranger(fits = () => true) {
      for (;;) {
        const human = prng.pick(crowd.guests)
        if (!taken.has(human) && fits(human)) {
          taken.add(human)
          return human
        }
      }
    },
  }
  return gathering
}
