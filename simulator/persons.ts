import type { Account, Participant } from './model.ts'

export interface Persons {
  /** The person key of each participant of an available instance. */
  persons: ReadonlyMap<Participant, string>
  /** Persons who attended, or registered where the list can be had. */
  knownCount: number
}

/**
 * Who is one human across instances, as far as anybody outside can tell: the connected components of the strong
 * keys that participants own, with registrations joined to their addresses where the list can be had. People
 * without a key are a person in each instance. A person key is the first of the component's keys in alphabetical
 * order, or the participant's own key.
 */
export function personsOf(account: Account): Persons {
  const parents = new Map<string, string>()
  const rootOf = (key: string): string => {
    let root = key
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next
    for (let at = key; at !== root; ) {
      const next = parents.get(at) as string
      parents.set(at, root)
      at = next
    }
    return root
  }
  const join = (keys: readonly string[]) => {
    for (const key of keys) {
      if (!parents.has(key)) parents.set(key, key)
      const [one, other] = [rootOf(keys[0] as string), rootOf(key)]
      // The smaller key is the root, so the person key does not depend on the order of joining.
      if (one < other) parents.set(other, one)
      else if (other < one) parents.set(one, other)
    }
  }
  for (const webinar of account.webinars)
    if (webinar.isListed)
      for (const { id, email } of webinar.registrants) join([`R:${id}`, `E:${email.trim().toLowerCase()}`])
  const participants = account.instances.filter((i) => i.isAvailable).flatMap((i) => i.participants)
  for (const participant of participants) join(participant.keys)
  const persons = new Map(
    participants.map((participant) => {
      const key = participant.keys[0]
      return [participant, key === undefined ? participant.key : rootOf(key)] as const
    }),
  )
  const keyless = participants.filter((participant) => participant.keys.length === 0).length
  const roots = new Set([...parents.keys()].map(rootOf))
  return { persons, knownCount: roots.size + keyless }
}
