import { gather } from './attendance.ts'
import { engage } from './engagement.ts'
import { createNumbers, instanceUuid, shortId } from './ids.ts'
import type { Account, Human, Meeting, User } from './model.ts'
import { createPeople } from './people.ts'
import { createPrng, type Prng } from './prng.ts'
import { type InstancePlan, planAccount, type Scale } from './scale.ts'
import { createWebinar, day } from './webinars.ts'

export type { Account } from './model.ts'
export type { Scale } from './scale.ts'

export interface AccountOptions {
  /** Same seed, same account, byte for byte. Default 1. */
  seed?: number
  /** Default `tiny`. */
  scale?: Scale
  /** What all dates are relative to. Default: today, 00:00 UTC. */
  now?: Date
  /** Adds an instance that ended three hours before `now`; all others ended more than 8 days before. */
  recent?: boolean
  /**
   * 0 to 1: how many people beyond the ordinary ones come in ways that rules cannot surely decide, as a share of an
   * instance's participants. Default 0: the account is as without the option, byte for byte.
   */
  ambiguity?: number
}

/** Generates an account: everything needed to serve it, and who really was where. Throws RangeError on a bad scale or ambiguity. */
export function createAccount(options: AccountOptions = {}): Account {
  const { seed = 1, scale = 'tiny', recent = false, ambiguity = 0 } = options
  if (!(ambiguity >= 0 && ambiguity <= 1)) throw new RangeError(`ambiguity must be 0 to 1, got ${ambiguity}`)
  const now = Math.floor((options.now ?? today()).getTime() / 1000)
  const plan = planAccount(scale)
  const prng = createPrng(`rollcall/${seed}/${scale}`)
  const crowdSize = 600 + Math.ceil(Math.min(0.6 * plan.participants, 30_000 + 0.25 * plan.participants))
  const people = createPeople(prng.fork('people'), plan.hosts + 2 + plan.members, plan.members + crowdSize)
  const users = createUsers(prng.fork('users'), people, plan.hosts, now)
  const hosts = users.slice(0, plan.hosts)
  const crowd = {
    members: users.slice(plan.hosts + 2).map((user) => user.human),
    guests: people.filter((human) => human.accountEmail === null),
  }
  const sizes = sizer(
    plan.webinars.flatMap((webinar) => webinar.instances),
    plan.participants,
  )
  const number = createNumbers(prng.fork('numbers'))
  const webinars = plan.webinars.map((webinarPlan, index) => {
    const host = webinarPlan.isHostWithoutPlan ? users[plan.hosts] : hosts[index % hosts.length]
    const own = prng.fork(`webinar-${index}`)
    const webinar = createWebinar(own, index, number(), webinarPlan, host as User, crowd, now, sizes)
    for (const [n, instance] of webinar.instances.entries()) {
      const size = sizes(webinarPlan.instances[n] as InstancePlan)
      gather(own.fork(`instance-${n}`), instance, size, crowd, ambiguity)
      engage(own.fork(`engagement-${n}`), instance)
    }
    return webinar
  })
  if (recent)
    addRecent(prng.fork('recent'), webinars[0] as Account['webinars'][number], crowd, now, ambiguity)
  return {
    id: shortId(prng.fork('account')),
    clientId: `client-${shortId(prng.fork('client'))}`,
    clientSecret: `simulated-${shortId(prng.fork('secret'))}`,
    seed,
    now,
    users,
    webinars,
    meetings: createMeetings(prng.fork('meetings'), hosts, number, now),
    instances: webinars
      .flatMap((webinar) => webinar.instances)
      .sort((a, b) => a.start - b.start || (a.uuid < b.uuid ? -1 : 1)),
  }
}

function today(): Date {
  const date = new Date()
  date.setUTCHours(0, 0, 0, 0)
  return date
}

/** Shares the participants out by weight; two at least, so that an instance is listed. */
function sizer(instances: readonly InstancePlan[], participants: number): (plan: InstancePlan) => number {
  const weights = instances.reduce((sum, instance) => sum + instance.weight, 0)
  return (plan) => plan.exact ?? Math.max(2, Math.round((participants * plan.weight) / weights))
}

/** Hosts first, then two who lost the webinar plan, then the members. */
function createUsers(prng: Prng, people: readonly Human[], hosts: number, now: number): User[] {
  return people
    .filter((human) => human.accountEmail !== null)
    .map((human, index) => ({
      human,
      id: human.userId as string,
      email: human.accountEmail as string,
      hasWebinarPlan: index < hosts,
      department: prng.pick(['Programmes', 'Learning', '']),
      timezone: prng.pick(['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'UTC']),
      createdAt: now - prng.int(500, 2000) * day,
    }))
}

function createMeetings(prng: Prng, hosts: readonly User[], number: () => number, now: number): Meeting[] {
  return hosts.flatMap((host) =>
    Array.from({ length: 4 }, (_, n) => {
      const start = now - (15 + n * 37) * day + 36_000
      const end = start + prng.int(600, 4_000)
      const topic = `Weekly ${n + 1}`
      return { id: number(), uuid: instanceUuid(prng), host, topic, start, end, participants: prng.int(2, 9) }
    }),
  )
}

function addRecent(
  prng: Prng,
  webinar: Account['webinars'][number],
  crowd: Parameters<typeof gather>[3],
  now: number,
  ambiguity: number,
): void {
  const model = webinar.instances.at(-1) as Account['instances'][number]
  const end = now - 3 * 3600
  const instance = {
    ...model,
    uuid: instanceUuid(prng),
    start: end - webinar.scheduledMinutes * 60,
    end,
    occurrenceId: null,
    participants: [],
    rows: [],
    pollAnswers: [],
    questions: [],
    surveyId: shortId(prng),
    surveyAnswers: [],
  }
  webinar.instances.push(instance)
  const size = model.participants.filter((participant) => participant.ambiguity === null).length
  gather(prng.fork('people'), instance, size, crowd, ambiguity)
  engage(prng.fork('engagement'), instance)
}
