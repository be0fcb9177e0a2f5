import type { UuidShape } from './ids.ts'

/** How large an account is: a name, or about how many participants it has. */
export type Scale = 'tiny' | 'demo' | 'headline' | number

export interface InstancePlan {
  /** Days before now, of the start. */
  ageDays: number
  /** Share of the account's participants. */
  weight: number
  /** Participants exactly, instead of by weight: 0 nobody came, 1 the host alone. */
  exact?: 0 | 1
  uuid?: UuidShape
  /** Starts minutes after the one before ended, under the same id: the host crashed. */
  isRestart?: boolean
}

export interface WebinarPlan {
  registration: 'none' | 'once' | 'each'
  isListed: boolean
  /** The host has lost the webinar plan, so the list of the host's webinars is refused. */
  isHostWithoutPlan?: boolean
  /** Has a session in the future. */
  isUpcoming?: boolean
  instances: InstancePlan[]
}

export interface AccountPlan {
  participants: number
  members: number
  hosts: number
  webinars: WebinarPlan[]
}

/** Every trap the facts know, once. These webinars are in every account, first. */
const traps: readonly WebinarPlan[] = [
  {
    registration: 'once',
    isListed: true,
    isUpcoming: true,
    instances: [
      { ageDays: 100, weight: 1, uuid: 'leading_slash' },
      { ageDays: 70, weight: 1, uuid: 'double_slash' },
      { ageDays: 70, weight: 0.8, isRestart: true },
      { ageDays: 40, weight: 0, exact: 0 },
      { ageDays: 12, weight: 1 },
    ],
  },
  { registration: 'once', isListed: true, instances: [{ ageDays: 33, weight: 4, uuid: 'slash' }] },
  {
    registration: 'none',
    isListed: true,
    instances: [
      { ageDays: 90, weight: 1.4, uuid: 'plus' },
      { ageDays: 60, weight: 0, exact: 1 },
      { ageDays: 30, weight: 1.2 },
    ],
  },
  {
    registration: 'once',
    isListed: false,
    isHostWithoutPlan: true,
    instances: [
      { ageDays: 150, weight: 1 },
      { ageDays: 120, weight: 1 },
    ],
  },
  { registration: 'once', isListed: true, isUpcoming: true, instances: [] },
  {
    registration: 'once',
    isListed: true,
    instances: [
      { ageDays: 425, weight: 0.6 },
      { ageDays: 240, weight: 0.8 },
      { ageDays: 20, weight: 1 },
    ],
  },
  {
    registration: 'each',
    isListed: true,
    instances: [
      { ageDays: 55, weight: 1 },
      { ageDays: 27, weight: 1 },
    ],
  },
]

const moreTraps: readonly WebinarPlan[] = [
  {
    registration: 'none',
    isListed: false,
    instances: [
      { ageDays: 165, weight: 1 },
      { ageDays: 140, weight: 1 },
    ],
  },
  { registration: 'none', isListed: true, isUpcoming: true, instances: [] },
]

/** Instances of the ordinary webinars, over and over: 90 in ten. The single ones draw the crowds. */
const seriesLengths = [1, 4, 6, 8, 12, 30, 3, 9, 10, 7] as const
const ordinaryOfHeadline = 131

/** What to generate for a scale. A number gives about so many participants. */
export function planAccount(scale: Scale): AccountPlan {
  switch (scale) {
    case 'tiny':
      return { participants: 620, members: 14, hosts: 3, webinars: [...traps] }
    case 'demo':
      return withOrdinary(22_000, 6)
    case 'headline':
      return withOrdinary(288_000, ordinaryOfHeadline)
    default:
      if (!Number.isFinite(scale) || scale < 100 || scale > 1_000_000)
        throw new RangeError(
          `scale must be tiny, demo, headline or 100 to 1000000 participants, got ${scale}`,
        )
      return withOrdinary(Math.round(scale), Math.min(ordinaryOfHeadline, Math.ceil(scale / 2200) - 1))
  }
}

function withOrdinary(participants: number, count: number): AccountPlan {
  const webinars = [...traps, ...moreTraps]
  for (let i = 0; i < count; i++) webinars.push(ordinary(i))
  const members = Math.max(14, Math.min(120, Math.round(participants / 500)))
  return { participants, members, hosts: Math.max(3, Math.min(12, Math.ceil(count / 4))), webinars }
}

function ordinary(i: number): WebinarPlan {
  const length = seriesLengths[i % seriesLengths.length] as number
  const spacing = length === 1 ? 0 : Math.floor(155 / length)
  const latest = 10 + ((i * 7) % Math.max(1, 158 - spacing * (length - 1)))
  const instances: InstancePlan[] = []
  for (let n = length - 1; n >= 0; n--) {
    const weight = length === 1 ? 11 : 0.4 + (((i * 31 + n * 17) % 23) / 22) * 1.2
    instances.push({ ageDays: latest + n * spacing, weight })
  }
  const registration = i % 5 === 3 ? 'none' : i % 20 === 6 ? 'each' : 'once'
  return { registration, isListed: i % 17 !== 11, isUpcoming: i % 6 === 5, instances }
}
