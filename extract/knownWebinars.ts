import type { PlanOptions } from './planOptions.ts'
import type { RawQuery } from './raw/query.ts'

export interface KnownWebinar {
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

/** All webinars of the account that any route saw. Before: `findSeenInstances`. */
export async function knownWebinars(options: PlanOptions, query: RawQuery): Promise<KnownWebinar[]> {
  const rows = await query<{
    webinar_id: number
    approval_type: number | null
    registration_type: number | null
    occurrences: string | null
    last_end_ms: number | null
  }>(
    `with seen as (
         select webinar_id, last_ms from seen_instances
         union all
         select webinar_id, epoch_ms(start_time + to_minutes(coalesce(duration_minutes, 0)))
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
         max(seen.last_ms) as last_end_ms
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
