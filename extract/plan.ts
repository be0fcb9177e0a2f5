import { queryRaw } from './raw/query.ts'
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

export interface PlanOptions {
  dataDir: string
  accountId: string
  /** The run that plans, and since when (epoch ms) its own lists are current. */
  run: { id: string; freshSinceMs: number }
  now: Date
  since?: Date
  until?: Date
  webinarIds: readonly number[]
  /** Age of an instance after which a capture of it is final. */
  settleDays: number
  /** Two equal captures this far apart settle an instance earlier. */
  confirmMinutes: number
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

interface KnownInstance {
  uuid: string
  webinarId: number
  start: string
  end: string | null
  hint: number | null
}

/** Instances that have ended, united by uuid over all routes, newest first, so that a stopped run has the newest. */
async function knownInstances(options: PlanOptions): Promise<KnownInstance[]> {
  const rows = await queryRaw<{
    uuid: string
    webinar_id: number
    start_ms: number
    end_ms: number | null
    hint: number | null
  }>(
    options.dataDir,
    `select
         zoom_uuid as uuid,
         max(webinar_id) as webinar_id,
         min(epoch_ms(start_time)) as start_ms,
         max(epoch_ms(end_time)) as end_ms,
         max(greatest(participants_count, unique_viewers)) as hint
     from raw.instances
     where account_id = $account and source_endpoint <> 'csv'
         and zoom_uuid is not null and webinar_id is not null and start_time is not null
     group by zoom_uuid
     order by min(start_time) desc, zoom_uuid`,
    { account: options.accountId },
  )
  return rows
    .map((row) => ({
      uuid: row.uuid,
      webinarId: row.webinar_id,
      start: new Date(row.start_ms).toISOString(),
      end: row.end_ms === null ? null : new Date(row.end_ms).toISOString(),
      hint: row.hint,
    }))
    .filter(
      (instance) =>
        Date.parse(instance.start) <= options.now.getTime() &&
        (options.since === undefined || Date.parse(instance.start) >= options.since.getTime()) &&
        (options.until === undefined || Date.parse(instance.start) <= options.until.getTime()) &&
        (options.webinarIds.length === 0 || options.webinarIds.includes(instance.webinarId)),
    )
}

interface Settled {
  /** The last reading of a better source than those that answered failed, so that what there is may be poorer. */
  isOwed: boolean
  /** Zoom no longer keeps it. */
  isExpired: boolean
  /** When the older of two equal captures far enough apart was made. It settles only what had ended by then. */
  confirmedAtMs: number | null
  /** When the last complete or empty capture was made. */
  goodAtMs: number | null
}

async function settledSubjects(options: PlanOptions): Promise<Map<string, Settled>> {
  const rows = await queryRaw<{
    stream: string
    subject: string
    is_expired: boolean
    is_owed: boolean
    confirmed_at_ms: number | null
    good_at_ms: number | null
  }>(
    options.dataDir,
    `with captures as (
         select
             stream, subject, status, error_code, captured_rows, rows_checksum, finished_at,
             case source_endpoint when 'report' then 1 when 'past_webinars' then 2 when 'metrics' then 3 else 0 end
                 as source_order,
             first_value(capture_id) over (
                 partition by stream, subject order by finished_at desc, capture_id desc
             ) = capture_id as is_last,
             first_value(capture_id) over (
                 partition by stream, subject, source_endpoint order by finished_at desc, capture_id desc
             ) = capture_id as is_last_of_source
         from raw.captures
         where account_id = $account
             -- What this very run read settles nothing: it may have been killed between two sources of one reading,
             -- or before what follows from a reading, and is to go on there. It asks for nothing it has.
             and (
                 run_id <> $run
                 or (instance_uuid is null and epoch_ms(finished_at) < $fresh_since)
             )
     ),
     owed as (
         -- A source that does not know the instance (3001, 1001) has answered.
         select
             stream,
             subject,
             min(source_order) filter (
                 is_last_of_source and status = 'failed' and coalesce(error_code, 0) not in (3001, 1001)
             ) < min(source_order) filter (status in ('complete', 'empty', 'partial', 'expired')) as is_owed
         from captures
         group by stream, subject
     ),
     equals as (
         select
             last.stream,
             last.subject,
             last.status = 'expired' as is_expired,
             max(earlier.finished_at) filter (
                 last.status in ('complete', 'empty', 'partial')
                 and earlier.finished_at <= last.finished_at - to_minutes($confirm_minutes)
             ) as confirmed_at
         from captures as last
         left join captures as earlier
             on earlier.stream = last.stream and earlier.subject = last.subject
             and earlier.status = last.status and earlier.captured_rows = last.captured_rows
             and earlier.rows_checksum = last.rows_checksum
         where last.is_last
         group by last.stream, last.subject, last.status
     ),
     goods as (
         select stream, subject, max(finished_at) as good_at
         from captures
         where status in ('complete', 'empty')
         group by stream, subject
     )
     select
         equals.stream,
         equals.subject,
         equals.is_expired,
         coalesce(owed.is_owed, false) as is_owed,
         epoch_ms(equals.confirmed_at) as confirmed_at_ms,
         epoch_ms(goods.good_at) as good_at_ms
     from equals
     left join goods using (stream, subject)
     left join owed using (stream, subject)`,
    {
      account: options.accountId,
      run: options.run.id,
      fresh_since: options.run.freshSinceMs,
      confirm_minutes: options.confirmMinutes,
    },
  )
  return new Map(
    rows.map((row) => [
      `${row.stream}|${row.subject}`,
      {
        isOwed: row.is_owed,
        isExpired: row.is_expired,
        confirmedAtMs: row.confirmed_at_ms,
        goodAtMs: row.good_at_ms,
      },
    ]),
  )
}

interface KnownWebinar {
  webinarId: number
  /** Null where the webinar's settings could not be read. */
  hasRegistration: boolean | null
  /** `undefined` alone: one listing for the whole series. */
  occurrenceIds: (string | undefined)[]
  /** End of its last instance or scheduled occurrence, whichever is later; null where neither is known. */
  lastEndMs: number | null
}

/** Zoom's `approval_type` for "no registration required". */
const NO_REGISTRATION = 2
/** Zoom's `registration_type` for "register for each occurrence". */
const PER_OCCURRENCE = 2

async function knownWebinars(options: PlanOptions): Promise<KnownWebinar[]> {
  const rows = await queryRaw<{
    webinar_id: number
    approval_type: number | null
    registration_type: number | null
    occurrences: string | null
    last_end_ms: number | null
  }>(
    options.dataDir,
    `with seen as (
         select webinar_id, end_time, start_time, null::integer as duration_minutes, null::varchar as occurrences
         from raw.instances where account_id = $account and source_endpoint <> 'csv'
         union all
         select webinar_id, null, start_time, duration_minutes, occurrences
         from raw.webinars where account_id = $account
     ),
     details as (
         select
             webinar_id,
             arg_max(approval_type, (fetched_at, capture_id)) as approval_type,
             arg_max(registration_type, (fetched_at, capture_id)) as registration_type,
             arg_max(occurrences, (fetched_at, capture_id)) as occurrences
         from raw.webinars
         where account_id = $account and source_endpoint = 'webinars'
         group by webinar_id
     )
     select
         seen.webinar_id,
         any_value(details.approval_type) as approval_type,
         any_value(details.registration_type) as registration_type,
         any_value(details.occurrences) as occurrences,
         max(epoch_ms(coalesce(
             seen.end_time,
             seen.start_time + to_minutes(coalesce(seen.duration_minutes, 0))
         ))) as last_end_ms
     from seen
     left join details on details.webinar_id = seen.webinar_id
     where seen.webinar_id is not null
     group by seen.webinar_id
     order by seen.webinar_id`,
    { account: options.accountId },
  )
  return rows
    .map((row) => {
      const occurrences = parseOccurrences(row.occurrences)
      const endMs = [
        row.last_end_ms === null ? null : Number(row.last_end_ms),
        ...occurrences.map((o) => o.endMs),
      ]
        .filter((ms): ms is number => ms !== null)
        .reduce<number | null>((latest, ms) => (latest === null || ms > latest ? ms : latest), null)
      return {
        webinarId: row.webinar_id,
        hasRegistration: row.approval_type === null ? null : row.approval_type !== NO_REGISTRATION,
        occurrenceIds:
          row.registration_type === PER_OCCURRENCE && occurrences.length > 0
            ? occurrences.map((occurrence) => occurrence.id)
            : [undefined],
        lastEndMs: endMs,
      }
    })
    .filter((webinar) => options.webinarIds.length === 0 || options.webinarIds.includes(webinar.webinarId))
}

/** The occurrences kept as JSON by the webinar's schema: `[{occurrence_id, start_time, duration}]`. */
function parseOccurrences(json: string | null): { id: string; endMs: number | null }[] {
  if (json === null) return []
  const parsed: unknown = JSON.parse(json)
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((item: { occurrence_id?: unknown; start_time?: unknown; duration?: unknown }) => {
    if (typeof item?.occurrence_id !== 'string') return []
    const startMs = typeof item.start_time === 'string' ? Date.parse(item.start_time) : Number.NaN
    const minutes = Number(item.duration ?? 0)
    return [{ id: item.occurrence_id, endMs: Number.isNaN(startMs) ? null : startMs + minutes * 60_000 }]
  })
}
