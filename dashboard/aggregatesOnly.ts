/**
 * What of an answer may leave the house. Names, e-mails, hosts, what people wrote and everything about one person
 * are left out, as is Zoom's number of a webinar, by which it can be joined. A figure about fewer than `fewest`
 * people is null, and an instance with fewer tells nothing but when it was.
 */

import {
  type AccountAnswer,
  type AccountPeopleAnswer,
  type Bin,
  type DropoffLine,
  fewest,
  type InstanceAnswer,
  type InstanceLine,
  type Poll,
  type WebinarAnswer,
  type WebinarLine,
} from './answers.ts'

/** Nobody is no secret; a handful may be. */
const few = <T extends number | null>(people: T): number | null =>
  people !== null && people > 0 && people < fewest ? null : people

export function publicAccount(answer: AccountAnswer): AccountAnswer {
  const { from, to } = answer.filter
  return {
    ...answer,
    filter: { from, to },
    totals: {
      ...answer.totals,
      registrations: few(answer.totals.registrations),
      registrationsCame: few(answer.totals.registrationsCame),
    },
    periods: answer.periods.map((period) => ({
      ...period,
      participants: few(period.participants),
      registrations: few(period.registrations),
      invited: few(period.invited),
      invitedCame: few(period.invitedCame),
    })),
    webinars: answer.webinars.map(publicLine),
    choices: { hosts: [], webinars: [] },
  }
}

function publicLine(line: WebinarLine): WebinarLine {
  const named = { ...line, zoomWebinarId: null, host: null }
  const registrations = few(line.registrations)
  const registered = { registrations, registrationsCame: few(registrations && line.registrationsCame) }
  if (few(line.participants) !== null) return { ...named, ...registered }
  return { ...named, ...registered, participants: null, averageSeconds: null, averageShare: null, peak: null }
}

export function publicAccountPeople(answer: AccountPeopleAnswer): AccountPeopleAnswer {
  return {
    ...answer,
    periods: answer.periods.map(({ start, people, newPeople }) => ({
      start,
      people: few(people),
      newPeople: few(people) === null ? null : newPeople,
    })),
  }
}

export function publicWebinar(answer: WebinarAnswer): WebinarAnswer {
  const shown = new Set(answer.instances.filter(isShown).map((instance) => instance.id))
  return {
    ...answer,
    zoomWebinarId: null,
    host: null,
    registrations: few(answer.registrations),
    registrationsCame: few(answer.registrationsCame),
    participants: few(answer.participants),
    people: few(answer.people),
    instances: answer.instances.map(publicInstanceLine),
    curves: {
      ...answer.curves,
      lines: answer.curves.lines
        .filter((line) => shown.has(line.instance))
        .map(({ instance, present }) => ({ instance, present: present.map(few) })),
    },
    registrationDays: answer.registrationDays.map(({ day, registrations }) => ({
      day,
      registrations: few(registrations),
    })),
    sources: answer.sources
      .filter((source) => few(source.registrations) !== null)
      .map((source) => ({ ...source, came: few(source.came) })),
  }
}

const isShown = ({ participants }: { participants: number | null }): boolean => few(participants) !== null

function publicInstanceLine(line: InstanceLine): InstanceLine {
  const counts = {
    attendees: few(line.attendees),
    newPeople: few(line.newPeople),
    invitedCame: few(line.invitedCame),
    rejoined: few(line.rejoined),
  }
  if (isShown(line)) return { ...line, ...counts }
  const { id, number, isRestart, start, durationSeconds, status, source } = line
  return {
    ...allNull(line),
    ...{ id, number, isRestart, start, durationSeconds, status, source },
  }
}

export function publicInstance(answer: InstanceAnswer): InstanceAnswer {
  const { id, webinarId, topic, number, instanceCount, previous, next } = answer
  const { start, end, durationSeconds, status, source } = answer
  const nothingOfPeople = {
    ...{
      id,
      webinarId,
      topic,
      number,
      instanceCount,
      previous,
      next,
      start,
      end,
      durationSeconds,
      status,
      source,
    },
    captured: null,
    timeline: [],
    dropoff: [],
    minutesSpread: [],
    engagementSpread: [],
    polls: [],
    questions: [],
  }
  if (!isShown(answer)) return { ...allNull(answer), ...nothingOfPeople }
  return {
    ...answer,
    zoomWebinarId: null,
    // May name an account's user.
    reason: null,
    attendees: few(answer.attendees),
    panelists: few(answer.panelists),
    hosts: few(answer.hosts),
    rejoined: few(answer.rejoined),
    peak: few(answer.peak),
    registrations: few(answer.registrations),
    invitedCame: few(answer.invitedCame),
    stayedToEnd: few(answer.stayedToEnd),
    questionCount: few(answer.questionCount),
    // Who came or left in one minute is mostly one person.
    timeline: answer.timeline.map(({ minute, present }) => ({
      minute,
      present: few(present),
      joined: null,
      left: null,
    })),
    dropoff: answer.dropoff.map(publicDropoff),
    minutesSpread: wide(answer.minutesSpread),
    engagementSpread: wide(answer.engagementSpread),
    polls: answer.polls.flatMap(publicPoll),
    questions: [],
  }
}

/** The four places add up to all who came, so that one too few would follow from the others. */
function publicDropoff({ tenth, ...line }: DropoffLine): DropoffLine {
  const { attendees, notYetCome, present, away, gone } = line
  const isShown = [attendees, notYetCome, present, away, gone].every((people) => few(people) !== null)
  return {
    tenth,
    ...(isShown ? line : { ...allNull(line), attendees: few(attendees), present: few(present) }),
  }
}

/** Answers that many gave; what only one person would write is not among them. */
function publicPoll(poll: Poll): Poll[] {
  const answers = poll.answers.filter(({ count }) => count >= fewest)
  if (answers.length === 0) return []
  return [{ ...poll, answers, answersLeftOut: poll.answersLeftOut + poll.answers.length - answers.length }]
}

/** Neighbouring bins joined until each holds enough people; what is left at the end joins the last. */
function wide(bins: readonly Bin[]): Bin[] {
  const joined: Bin[] = []
  let open: Bin | undefined
  for (const bin of bins) {
    open = open === undefined ? { ...bin } : { from: open.from, to: bin.to, count: open.count + bin.count }
    if (open.count === 0 || open.count >= fewest) {
      joined.push(open)
      open = undefined
    }
  }
  if (open === undefined) return joined
  for (let last = joined.pop(); ; last = joined.pop()) {
    if (last === undefined) return open.count >= fewest ? [open] : []
    open = { from: last.from, to: open.to, count: last.count + open.count }
    if (open.count >= fewest) return [...joined, open]
  }
}

type AllNull<T> = { [Key in keyof T]: null }

function allNull<T extends object>(value: T): AllNull<T> {
  return Object.fromEntries(Object.keys(value).map((key) => [key, null])) as AllNull<T>
}
