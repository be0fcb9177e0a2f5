import { drawIntervals, type Interval } from './connections.ts'
import type { Instance, Participant, Row } from './model.ts'
import type { Prng } from './prng.ts'

/** What a person's rows show of them. */
export interface Identity {
  name: string
  email: string
  userId: string
  registrantId: string
  isInternal: boolean
}

export interface Traits {
  /** One name, no second device, no breakout room: what a forwarded link needs to be told apart. */
  isSteady?: boolean
  /** One connection and nothing else: what a name of nobody needs to be counted. */
  isSingle?: boolean
  /** Where the presence must lie; the whole instance by default. */
  within?: Interval
  hasRooms?: boolean
  hasWaitingRoom?: boolean
}

const devices = ['Windows', 'Mac', 'iOS', 'Android'] as const

/** One ordinary join of a participant. */
export function createRow(
  participant: Participant,
  identity: Identity,
  interval: Interval,
  device: string,
): Row {
  return {
    participant,
    role: participant.role,
    name: identity.name,
    email: identity.email,
    userId: identity.userId,
    registrantId: identity.registrantId,
    join: interval.join,
    leave: interval.leave,
    isWaiting: false,
    roomId: null,
    isFailover: false,
    isInternal: identity.isInternal,
    device,
    order: 0,
    isDuplicate: false,
  }
}

/** Adds to a participant the rows of one presence in an instance, with all the ways in which rows mislead. */
export function bePresent(
  prng: Prng,
  instance: Instance,
  participant: Participant,
  identity: Identity,
  traits: Traits = {},
): void {
  const {
    isSteady = false,
    isSingle = false,
    within = { join: instance.start, leave: instance.end },
  } = traits
  const isPlain = isSteady || isSingle
  const isKeyed = identity.email !== '' || identity.userId !== '' || identity.registrantId !== ''
  const device = participant.isPhone ? 'Phone' : prng.pick(devices)
  const add = (interval: Interval, name: string, extra: Partial<Row> = {}) =>
    participant.rows.push({
      ...createRow(participant, { ...identity, name }, interval, device),
      isFailover: prng.chance(0.01),
      ...extra,
    })
  if (!isSteady && prng.chance(0.004)) {
    const at = prng.int(within.join, within.leave - 1)
    add({ join: at, leave: at }, identity.name)
    return
  }
  const intervals = drawIntervals(prng, within.join, within.leave, isSingle).sort((a, b) => a.join - b.join)
  const first = intervals[0] as Interval
  if (traits.hasWaitingRoom && prng.chance(0.3)) {
    const join = first.join - prng.int(5, 200)
    add({ join, leave: first.join }, identity.name, { isWaiting: true })
  }
  let name = identity.name
  let isRenamed = false
  let gone = first.join
  for (const [index, interval] of intervals.entries()) {
    // Never two unlike names at once under one registration: that would be a forwarded link.
    if (isKeyed && !isPlain && index > 0 && interval.join >= gone && prng.chance(0.06)) {
      name = otherName(prng, participant)
      isRenamed = true
    }
    const shown =
      !isKeyed && !isPlain && index > 0 && prng.chance(0.25) ? sameNameDifferently(prng, name) : name
    gone = Math.max(gone, interval.leave)
    const length = interval.leave - interval.join
    if (!traits.hasRooms || isPlain || length < 600 || !prng.chance(0.3)) {
      add(interval, shown)
      continue
    }
    const into = interval.join + prng.int(60, Math.floor(length / 3))
    const out = into + prng.int(120, Math.floor(length / 2))
    const room: Partial<Row> = {
      roomId: roomOf(prng, instance),
      email: identity.email,
      userId: identity.userId,
    }
    if (prng.chance(0.7)) room.userId = ''
    if (prng.chance(0.4)) room.email = ''
    // A row without any key is told by its name alone, so the name must be the person's own and nobody else's.
    const isKeyless = !room.email && !room.userId && identity.registrantId === ''
    if (isKeyless && (isRenamed || participant.human?.isHomonym))
      Object.assign(room, { email: identity.email, userId: identity.userId })
    add({ join: interval.join, leave: into }, shown)
    // A move takes no time or a second.
    add({ join: into + (into % 2), leave: out }, shown, room)
    add({ join: out + (out % 2), leave: interval.leave }, shown)
  }
  if (isPlain) return
  const length = first.leave - first.join
  if (length > 120 && prng.chance(0.05)) {
    const join = first.join + prng.int(1, 50)
    const secondName = isKeyed && prng.chance(0.4) ? prng.pick(['iPhone', 'iPad']) : identity.name
    add({ join, leave: join + prng.int(30, length - 60) }, secondName, { device: 'iOS' })
  }
  if (prng.chance(0.02)) add({ join: first.join, leave: first.join }, identity.name)
}

function otherName(prng: Prng, participant: Participant): string {
  const first = participant.human?.firstName ?? ''
  return prng.pick([first, `${first} (mobile)`, `Room ${prng.int(1, 9)}`, `${first} – listening only`])
}

/** Another spelling that is equal after normalisation. */
function sameNameDifferently(prng: Prng, name: string): string {
  if (!/^[\p{Script=Latin}\s]+$/u.test(name)) return name
  return prng.pick([name.normalize('NFD'), name.toLowerCase(), name.replace(' ', '  ')])
}

/** Few rooms an instance, so that people meet in them. */
function roomOf(prng: Prng, instance: Instance): string {
  const letter = 'ABCD'[prng.int(0, 3)] as string
  return `${letter}${instance.surveyId.slice(1)}==`
}

/** The rows of people who never got past the waiting room: no participant. */
export function waitInVain(prng: Prng, instance: Instance, name: string): Row {
  const join = prng.int(instance.start, instance.end - 300)
  return {
    participant: null,
    role: 'attendee',
    name,
    email: '',
    userId: '',
    registrantId: '',
    join,
    leave: join + prng.int(10, 290),
    isWaiting: true,
    roomId: null,
    isFailover: false,
    isInternal: false,
    device: 'Windows',
    order: 0,
    isDuplicate: false,
  }
}
