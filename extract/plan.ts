import { knownWebinars } from './knownWebinars.ts'
import { INSTANCE_STREAMS, openInstances } from './openInstances.ts'
import type { PlanOptions } from './planOptions.ts'
import { withRaw } from './raw/query.ts'
import { findSeenInstances } from './seenInstances.ts'
import { settledSubjects } from './settledSubjects.ts'
import { type Need, needOf } from './settling.ts'
import type { DataStream, Subject } from './streams.ts'

/** A reading to be made: a stream of a subject, and why. */
export interface PlannedCapture extends Need {
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
  /** Readings that failed too often to be tried by every sync; their day will come. */
  deferred: number
  /** What is to be done about a listing about a webinar beside those planned; null where nothing is. */
  planListing(stream: DataStream, subject: Subject & { webinarId: number }): PlannedCapture | null
}

/** Streams read once for every webinar, beside its registrants. */
const WEBINAR_STREAMS = ['panelists', 'tracking_sources', 'registration_questions'] as const
export const REGISTRANT_STATUSES = ['approved', 'pending', 'denied'] as const

/**
 * What is still to be read: every known instance and webinar, less the streams that are settled. A capture settles
 * its subject when it was made `settleDays` after the end, or when an equal one was made at least `confirmMinutes`
 * before it. What Zoom no longer keeps (`expired`) is settled too. `denied` and `failed` never are: scopes get
 * granted and servers get well. Nor is what came from a second source because the better one failed. More in
 * `needOf`.
 */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { instances, settled, webinars } = await withRaw(options.dataDir, async (query) => {
    await findSeenInstances(options.accountId, query)
    const webinars = await knownWebinars(options, query)
    const instances = await openInstances(options, webinars, query)
    return { webinars, instances, settled: await settledSubjects(options, webinars, query) }
  })
  let deferred = 0
  const planned = (stream: DataStream, subject: Subject, endMs: number | null): PlannedCapture[] => {
    const startMs = subject.instanceStart === undefined ? null : Date.parse(subject.instanceStart)
    const last = settled.get(`${stream}|${subject.key}`)
    if (last === 'settled') return []
    const need = needOf(stream, last, { endMs, startMs }, options)
    if (need === 'deferred') deferred += 1
    return need === 'settled' || need === 'deferred' ? [] : [{ stream, subject, ...need }]
  }

  const withRegistration = new Map(webinars.map((webinar) => [webinar.webinarId, webinar.hasRegistration]))
  const lastEnds = new Map(webinars.map((webinar) => [webinar.webinarId, webinar.lastEndMs]))
  const plan: Plan = {
    webinars: [],
    instances: [],
    knownInstances: instances.known,
    settledInstances: instances.known - instances.open.length,
    deferred: 0,
    planListing: (stream, subject) =>
      planned(stream, subject, lastEnds.get(subject.webinarId) ?? null)[0] ?? null,
  }
  for (const instance of instances.open) {
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
    const deferredBefore = deferred
    const captures = streams.flatMap((stream) => planned(stream, subject, endMs))
    if (captures.length === 0 && deferred === deferredBefore) plan.settledInstances += 1
    if (captures.length > 0) plan.instances.push({ captures, hintedParticipants: instance.hint })
  }
  for (const webinar of webinars) {
    const about = { key: `webinar:${webinar.webinarId}`, webinarId: webinar.webinarId }
    const hasNone = webinar.hasRegistration === false
    // What was asked before the webinar's settings were known is asked until it is settled, though today's rule would not.
    const wasAsked = (stream: DataStream, subject: Subject) => settled.has(`${stream}|${subject.key}`)
    const listings: { stream: DataStream; subject: Subject }[] = WEBINAR_STREAMS.map((stream) => ({
      stream,
      subject: about,
    })).filter(({ stream }) => stream === 'panelists' || !hasNone || wasAsked(stream, about))
    for (const registrantStatus of REGISTRANT_STATUSES) {
      for (const occurrenceId of new Set([undefined, ...webinar.occurrenceIds])) {
        const subject = registrantsSubject(webinar.webinarId, registrantStatus, occurrenceId)
        const isRule = !hasNone && webinar.occurrenceIds.includes(occurrenceId)
        if (isRule || wasAsked('registrants', subject)) listings.push({ stream: 'registrants', subject })
      }
    }
    const captures = listings.flatMap(({ stream, subject }) => planned(stream, subject, webinar.lastEndMs))
    if (captures.length > 0) plan.webinars.push({ webinarId: webinar.webinarId, captures })
  }
  return { ...plan, deferred }
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
