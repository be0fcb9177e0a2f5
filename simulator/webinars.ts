import { instanceUuid, shortId } from './ids.ts'
import type { Human, Instance, User, Webinar } from './model.ts'
import type { Prng } from './prng.ts'
import { register } from './registrants.ts'
import type { InstancePlan, WebinarPlan } from './scale.ts'

export const day = 86_400
const themes = [
  'Onboarding',
  'Soil & Water',
  'Quarterly “Numbers”',
  'Café Philosophique',
  '数据入门',
  'Safety, first',
  'Grants 101',
]
const forms = ['Webinar', 'Town Hall', 'Masterclass', 'Open Lesson', 'Q&A']
const customQuestions = [
  { title: 'How did you hear about us?', answers: ['E-mail', 'A friend', 'Search', ''] },
  { title: 'Your role, in one word', answers: ['Learner', 'Lead', 'Other – “it depends”'] },
]

/** What a webinar draws people from. */
export interface Crowd {
  members: readonly Human[]
  guests: readonly Human[]
}

/** How many participants each instance of a plan is to have. */
export type Sizes = (plan: InstancePlan) => number

/** A webinar with its instances (still empty), panelists and registrants. `now` in seconds. */
export function createWebinar(
  prng: Prng,
  index: number,
  id: number,
  plan: WebinarPlan,
  host: User,
  crowd: Crowd,
  now: number,
  sizes: Sizes,
): Webinar {
  const minutes = prng.pick([30, 45, 60, 90])
  const webinar: Webinar = {
    index,
    id,
    topic: `${prng.pick(themes)} ${prng.pick(forms)} ${index + 1}`,
    host,
    type: plan.instances.length > 1 ? (prng.chance(0.2) ? 6 : 9) : 5,
    timezone: host.timezone,
    scheduledStart: now + 15 * day,
    scheduledMinutes: minutes,
    createdAt: now - (Math.max(30, ...plan.instances.map((i) => i.ageDays)) + 25) * day,
    isListed: plan.isListed,
    hasRegistration: plan.registration !== 'none',
    registrationType: plan.registration === 'each' ? 2 : 1,
    registrants: [],
    panelists: [],
    trackingSources: [],
    customQuestions: plan.registration === 'none' ? [] : customQuestions,
    occurrences: [],
    instances: [],
    surveyQuestions: index % 3 === 1 ? [] : ['How useful was this webinar?', 'What should come next?'],
    nextUuid: instanceUuid(prng),
  }
  if (plan.registration === 'each') webinar.type = 9
  if (webinar.hasRegistration)
    webinar.trackingSources = ['Newsletter', 'Campaign “Spring”'].map((name) => ({ id: shortId(prng), name }))
  addInstances(prng, webinar, plan, now)
  webinar.scheduledStart = webinar.occurrences[0]?.start ?? webinar.scheduledStart
  addPanelists(prng, webinar, crowd)
  if (webinar.hasRegistration) addRegistrants(prng, webinar, plan, crowd, now, sizes)
  return webinar
}

function addInstances(prng: Prng, webinar: Webinar, plan: WebinarPlan, now: number): void {
  const secondOfDay = prng.int(0, 95) * 900
  for (const item of plan.instances) {
    const previous = webinar.instances.at(-1)
    const isRestart = item.isRestart === true && previous !== undefined
    const scheduled = now - item.ageDays * day + secondOfDay
    const start = isRestart ? previous.end + prng.int(150, 480) : scheduled + prng.int(-240, 240)
    const occurrence = isRestart ? webinar.occurrences.at(-1) : undefined
    const occurrenceId = occurrence?.id ?? `${scheduled}000`
    if (occurrence === undefined)
      webinar.occurrences.push({ id: occurrenceId, start: scheduled, minutes: webinar.scheduledMinutes })
    webinar.instances.push({
      webinar,
      uuid: instanceUuid(prng, item.uuid),
      start,
      end: start + webinar.scheduledMinutes * 60 + prng.int(-300, 900),
      occurrenceId,
      isAvailable: item.ageDays <= 365,
      isInHistory: item.ageDays < 178,
      participants: [],
      rows: [],
      pollAnswers: [],
      questions: [],
      surveyId: shortId(prng),
      surveyAnswers: [],
    } satisfies Instance)
  }
  if (plan.isUpcoming || plan.instances.length === 0) {
    const start = now + 15 * day + secondOfDay
    webinar.occurrences.push({ id: `${start}000`, start, minutes: webinar.scheduledMinutes })
  }
}

/** Unlisted webinars have none: no route would tell who they were, so nobody could know them from attendees. */
function addPanelists(prng: Prng, webinar: Webinar, crowd: Crowd): void {
  if (!webinar.isListed) return
  const members = crowd.members.filter((human) => human !== webinar.host.human)
  for (const human of [...prng.sample(members, 2), prng.pick(crowd.guests)])
    webinar.panelists.push({ id: shortId(prng), human, email: human.accountEmail ?? human.email })
}

function addRegistrants(
  prng: Prng,
  webinar: Webinar,
  plan: WebinarPlan,
  crowd: Crowd,
  now: number,
  sizes: Sizes,
): void {
  const barred = new Set([webinar.host.human, ...webinar.panelists.map((panelist) => panelist.human)])
  const largest = Math.max(0, ...plan.instances.map(sizes))
  if (webinar.registrationType === 2) {
    for (const occurrence of webinar.occurrences) {
      const of = plan.instances[webinar.instances.findIndex((i) => i.occurrenceId === occurrence.id)]
      const count = Math.ceil((of === undefined ? 12 : sizes(of)) * 1.3) + 8
      enrol(prng, webinar, crowd, barred, count, occurrence.id, Math.min(occurrence.start, now))
    }
    return
  }
  const first = webinar.instances[0]?.start ?? now
  enrol(prng, webinar, crowd, barred, Math.ceil(largest * 1.3) + 12, null, first)
}

function enrol(
  prng: Prng,
  webinar: Webinar,
  crowd: Crowd,
  barred: ReadonlySet<Human>,
  approved: number,
  occurrenceId: string | null,
  before: number,
): void {
  const pending = Math.max(2, Math.round(approved * 0.03))
  const members = prng
    .sample(
      crowd.members,
      Math.max(3, Math.min(Math.round(approved * 0.06), Math.floor(crowd.members.length / 3))),
    )
    .filter((human) => !barred.has(human))
  const chosen = new Set<Human>(members)
  const pair = prng.int(0, crowd.guests.length - 200)
  const homonym = crowd.guests.slice(pair).find((human) => human.isHomonym) as Human
  for (const human of crowd.guests) if (human.name === homonym.name && !barred.has(human)) chosen.add(human)
  const longest = crowd.guests.find((human) => human.name.length > 150 && !human.isHomonym)
  if (longest !== undefined && !barred.has(longest)) chosen.add(longest)
  while (chosen.size < approved + 2 * pending) {
    const human = prng.pick(crowd.guests)
    if (!barred.has(human)) chosen.add(human)
  }
  const humans = [...chosen]
  const add = (from: number, to: number, status: 'approved' | 'pending' | 'denied') =>
    webinar.registrants.push(...register(prng, webinar, humans.slice(from, to), status, occurrenceId, before))
  add(0, approved, 'approved')
  add(approved, approved + pending, 'pending')
  add(approved + pending, approved + 2 * pending, 'denied')
}
