import { knownInstances } from './knownInstances.ts'
import { knownWebinars } from './knownWebinars.ts'
import type { PlanOptions } from './planOptions.ts'
import { settledSubjects } from './settledSubjects.ts'
import type { DataStream, Subject } from './streams.ts'

/** A reading to be made: a stream of a subject. */
export interface PlannedCapture {
  stream: DataStream
  subject: Subject
}

/** An instance with the streams of it that are not settled yet. */
export interface PlannedInstance {
  captures: PlannedCapture[]
  /** Largest participant figure any route gave; tells "nobody came" from "not ready". */
  hintedParticipants: number | null
}

export interface PlannedWebinar {
  webinarId: number
  captures: PlannedCapture[]
}

export interface Plan {
  webinars: PlannedWebinar[]
  instances: PlannedInstance[]
  /** Known instances, settled ones included. */
  knownInstances: number
  settledInstances: number
  /** Whether a listing about a webinar, beside those planned, needs no reading any more. */
  isSettled(stream: DataStream, subject: Subject & { webinarId: number }): boolean
}

/** Streams read once for every instance. */
const INSTANCE_STREAMS = ['participants', 'report_details', 'polls', 'questions', 'surveys'] as const
/** Streams read once for every webinar, beside its registrants. */
const WEBINAR_STREAMS = ['panelists', 'tracking_sources', 'registration_questions'] as const
export const REGISTRANT_STATUSES = ['approved', 'pending', 'denied'] as const

/**
 * What is still to be read: every known instance and webinar, less the streams that are settled. A capture settles
 * its subject when it was made `settleDays` after the end, or when an equal one was made at least `confirmMinutes`
 * before it. What Zoom no longer keeps (`expired`) is settled too. `denied` and `failed` never are: scopes get
 * granted and servers get well. Nor is what came from a second source because the better one failed.
 */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const [instances, settled, webinars] = await Promise.all([
    knownInstances(options),
    settledSubjects(options),
    knownWebinars(options),
  ])
  const isSettled = (stream: DataStream, subject: Subject, endMs: number | null) => {
    const last = settled.get(`${stream}|${subject.key}`)
    if (last === undefined || last.isOwed) return false
    if (last.isExpired) return true
    if (endMs === null) return false
    if (last.confirmedAtMs !== null && last.confirmedAtMs >= endMs) return true
    return last.goodAtMs !== null && last.goodAtMs >= endMs + options.settleDays * 86_400_000
  }

  const withRegistration = new Map(webinars.map((webinar) => [webinar.webinarId, webinar.hasRegistration]))
  const lastEnds = new Map(webinars.map((webinar) => [webinar.webinarId, webinar.lastEndMs]))
  const plan: Plan = {
    webinars: [],
    instances: [],
    knownInstances: instances.length,
    settledInstances: 0,
    isSettled: (stream, subject) => isSettled(stream, subject, lastEnds.get(subject.webinarId) ?? null),
  }
  for (const instance of instances) {
    const endMs = Date.parse(instance.end ?? instance.start)
    const subject: Subject = {
      key: `instance:${instance.uuid}`,
      webinarId: instance.webinarId,
      instanceUuid: instance.uuid,
      instanceStart: instance.start,
      instanceEnd: instance.end ?? undefined,
    }
    const streams: DataStream[] = [...INSTANCE_STREAMS]
    // A failure before it was known that there is no registration is mended by asking again: Zoom says so itself.
    const isOpen = settled.has(`absentees|${subject.key}`)
    if (withRegistration.get(instance.webinarId) !== false || isOpen) streams.push('absentees')
    const captures = streams
      .filter((stream) => !isSettled(stream, subject, endMs))
      .map((stream) => ({ stream, subject }))
    if (captures.length === 0) plan.settledInstances += 1
    else plan.instances.push({ captures, hintedParticipants: instance.hint })
  }
  for (const webinar of webinars) {
    const about = { key: `webinar:${webinar.webinarId}`, webinarId: webinar.webinarId }
    const hasNone = webinar.hasRegistration === false
    // What was asked before the webinar's settings were known is asked until it is settled, though today's rule would not.
    const wasAsked = ({ stream, subject }: PlannedCapture) => settled.has(`${stream}|${subject.key}`)
    const planned: PlannedCapture[] = WEBINAR_STREAMS.map((stream) => ({ stream, subject: about })).filter(
      (capture) => capture.stream === 'panelists' || !hasNone || wasAsked(capture),
    )
    for (const registrantStatus of REGISTRANT_STATUSES) {
      for (const occurrenceId of new Set([undefined, ...webinar.occurrenceIds])) {
        const subject = registrantsSubject(webinar.webinarId, registrantStatus, occurrenceId)
        const capture: PlannedCapture = { stream: 'registrants', subject }
        const isRule = !hasNone && webinar.occurrenceIds.includes(occurrenceId)
        if (isRule || wasAsked(capture)) planned.push(capture)
      }
    }
    const captures = planned.filter(({ stream, subject }) => !isSettled(stream, subject, webinar.lastEndMs))
    if (captures.length > 0) plan.webinars.push({ webinarId: webinar.webinarId, captures })
  }
  return plan
}

/** The subject of one registrants listing. */
export function registrantsSubject(
  webinarId: number,
  registrantStatus: (typeof REGISTRANT_STATUSES)[number],
  occurrenceId?: string,
  trackingSourceId?: string,
): Subject {
  const parts = [`webinar:${webinarId}`, `status=${registrantStatus}`]
  if (occurrenceId !== undefined) parts.push(`occurrence=${occurrenceId}`)
  if (trackingSourceId !== undefined) parts.push(`source=${trackingSourceId}`)
  return { key: parts.join(':'), webinarId, registrantStatus, occurrenceId, trackingSourceId }
}
