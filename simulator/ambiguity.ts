import type { Interval } from './connections.ts'
import type { Gathering } from './gathering.ts'
import type { Ambiguity, Human, Participant, Registrant } from './model.ts'
import { genericNames, phoneName } from './names.ts'
import { createRow, type Identity } from './presence.ts'
import type { Prng } from './prng.ts'
import { respell } from './spellings.ts'

/**
 * How often each case comes among a hundred. Two people of one full name who both leave no trace in one instance are
 * rare in life, and so they are here.
 */
const shares: readonly (readonly [Ambiguity, number])[] = [
  ['renamed_no_key', 20],
  ['respelled_no_key', 22],
  ['respelled', 14],
  ['registrant_no_key', 14],
  ['other_address_no_link', 8],
  ['phone_rejoin', 9],
  ['device_rejoin', 12],
  ['homonym_no_key', 1],
]

const nobody: Identity = { name: '', email: '', userId: '', registrantId: '', isInternal: false }

/** Adds about `count` people in cases that rules cannot surely decide. Who they are is in the truth. */
export function addAmbiguous(gathering: Gathering, count: number): void {
  const { prng, instance } = gathering
  const came = new Set(instance.participants.map((participant) => participant.registrant))
  const absent = prng
    .sample(instance.webinar.registrants, instance.webinar.registrants.length)
    .filter((registrant) => !came.has(registrant) && isFree(registrant, instance.occurrenceId))
  const phones = prng.int(0, 9999)
  for (let i = 0; i < count; i++) addOne(gathering, drawCase(prng), absent, phones + i)
}

/** Approved, a guest, and no homonym of anybody: the truth then has one answer. */
function isFree({ status, human, occurrenceId }: Registrant, instanceOccurrence: string | null): boolean {
  const isForThis = occurrenceId === null || occurrenceId === instanceOccurrence
  return status === 'approved' && isForThis && human.accountEmail === null && !human.isHomonym
}

function drawCase(prng: Prng): Ambiguity {
  let draw = prng.int(1, 100)
  for (const [ambiguity, share] of shares) {
    draw -= share
    if (draw <= 0) return ambiguity
  }
  throw new RangeError('the shares of ambiguous cases must add up to 100')
}

/** Who comes, as what, and under which second appearance. */
interface Visit {
  ambiguity: Ambiguity
  human: Human | null
  registrant?: Registrant
  before: Identity
  after: Identity
  /** Whether the second appearance may be a second device beside the first. */
  mayOverlap: boolean
}

function addOne(gathering: Gathering, ambiguity: Ambiguity, absent: Registrant[], phone: number): void {
  for (const visit of visitsOf(gathering, ambiguity, absent, phone)) {
    const { human, registrant = null, before } = visit
    comeAndReturn(gathering, gathering.enter(human, 'attendee', registrant, before, visit.ambiguity), visit)
  }
}

function visitsOf(gathering: Gathering, ambiguity: Ambiguity, absent: Registrant[], phone: number): Visit[] {
  const { prng, stranger } = gathering
  const unknown = () => stranger((human) => human.userId === null && !human.isHomonym)
  const respelled = (human: Human) => ({ ...nobody, name: respell(prng, human) })
  switch (ambiguity) {
    case 'renamed_no_key': {
      const human = unknown()
      const after = { ...nobody, name: rename(prng, human) }
      return [{ ambiguity, human, before: { ...nobody, name: human.name }, after, mayOverlap: false }]
    }
    case 'respelled_no_key':
    case 'respelled': {
      const human = unknown()
      const email = ambiguity === 'respelled' ? human.email : ''
      const before = { ...nobody, name: human.name, email }
      return [{ ambiguity, human, before, after: respelled(human), mayOverlap: true }]
    }
    case 'registrant_no_key':
    case 'other_address_no_link': {
      const registrant = absent.pop()
      if (registrant === undefined) return visitsOf(gathering, 'respelled_no_key', absent, phone)
      const { human } = registrant
      const own = { ...nobody, name: human.name, email: human.email.replace(/@.*/, '@work.example') }
      const keyless = prng.chance(0.7) ? { ...nobody, name: human.name } : respelled(human)
      const before = ambiguity === 'other_address_no_link' ? own : keyless
      return [{ ambiguity, human, registrant, before, after: before, mayOverlap: true }]
    }
    case 'homonym_no_key': {
      const humans = [unknown(), unknown()]
      const before = { ...nobody, name: humans[0]?.name ?? '' }
      return humans.map((human) => ({ ambiguity, human, before, after: before, mayOverlap: true }))
    }
    case 'phone_rejoin':
    case 'device_rejoin': {
      const name = ambiguity === 'phone_rejoin' ? phoneName(phone) : prng.pick(genericNames)
      const before = { ...nobody, name }
      return [{ ambiguity, human: null, before, after: before, mayOverlap: false }]
    }
    default:
      throw new TypeError(`unknown case ${ambiguity satisfies never}`)
  }
}

/**
 * Two or three connections: `before`, `after`, and perhaps `before` again. Most drop and return within a minute; where
 * there may be two devices, the second stands now and then beside the first.
 */
function comeAndReturn({ prng, instance }: Gathering, participant: Participant, visit: Visit): void {
  const { before, after, mayOverlap } = visit
  const device = participant.isPhone ? 'Phone' : prng.pick(['Windows', 'Mac', 'iOS', 'Android'])
  const add = (identity: Identity, interval: Interval) =>
    participant.rows.push(createRow(participant, identity, interval, device))
  const span = instance.end - instance.start
  const join = instance.start + prng.int(0, Math.floor(span * 0.4))
  const leave = join + prng.int(60, Math.floor(span * 0.4))
  add(before, { join, leave })
  if (mayOverlap && prng.chance(0.3)) {
    const beside = prng.int(join + 1, leave - 30)
    add(after, { join: beside, leave: prng.int(beside + 10, instance.end) })
    return
  }
  const gap = prng.chance(0.75) ? prng.int(2, 60) : prng.int(61, 900)
  const back = Math.min(leave + gap, instance.end - 20)
  const gone = prng.chance(0.6) ? instance.end : prng.int(back + 10, instance.end)
  add(after, { join: back, leave: gone })
  if (gone + 60 < instance.end && prng.chance(0.3)) add(before, { join: gone + 30, leave: instance.end })
}

function rename(prng: Prng, human: Human): string {
  const { firstName } = human
  return prng.pick([
    firstName,
    `${firstName} (mobile)`,
    `${firstName} – listening only`,
    `Room ${prng.int(1, 9)}`,
    'iPhone',
  ])
}
