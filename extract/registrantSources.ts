import { type CaptureContext, capture } from './capture.ts'
import { type Plan, type PlannedCapture, registrantsSubject } from './plan.ts'
import { inPool } from './pool.ts'
import { queryRaw } from './raw/query.ts'

interface Scope {
  dataDir: string
  accountId: string
  webinarIds: readonly number[]
}

/**
 * Reads who registered through which tracking source. Zoom's registrant rows do not say; each listing that had rows,
 * that of the webinar or those of its occurrences, has to be asked once for every source, so only webinars that have
 * sources cost it. The raw zone has to show their tracking sources and registrants.
 */
export async function captureRegistrantSources(
  context: CaptureContext,
  options: Scope & { concurrency: number },
  planListing: Plan['planListing'],
): Promise<void> {
  const listings = await registrantSourceListings(options, planListing)
  await inPool(listings, options.concurrency, async (planned) => {
    await capture(context, planned)
  })
}

/** The listings by tracking source that are to be read, of the sources that the raw zone has. */
export async function registrantSourceListings(
  options: Scope,
  planListing: Plan['planListing'],
): Promise<PlannedCapture[]> {
  const sources = await queryRaw<{
    webinar_id: number
    tracking_source_id: string
    occurrence_id: string | null
  }>(
    options.dataDir,
    `with sources as (
       select distinct webinar_id, tracking_source_id
       from raw.tracking_sources
       where account_id = $account and tracking_source_id is not null and registrations_count > 0
     ),
     listings as (
       select distinct webinar_id, nullif(regexp_extract(subject, ':occurrence=([^:]+)$', 1), '') as occurrence_id
       from raw.captures
       where account_id = $account and stream = 'registrants' and captured_rows > 0
         and regexp_full_match(subject, 'webinar:[0-9]+:status=approved(:occurrence=[^:]+)?')
     )
     select webinar_id, tracking_source_id, occurrence_id
     from sources
     join listings using (webinar_id)
     -- Without an occurrence Zoom answers for one of them.
     qualify occurrence_id is not null or count(occurrence_id) over (partition by webinar_id) = 0
     order by all`,
    { account: options.accountId },
  )
  return (
    sources
      .filter(({ webinar_id: id }) => options.webinarIds.length === 0 || options.webinarIds.includes(id))
      .map(({ webinar_id: webinarId, tracking_source_id: sourceId, occurrence_id: occurrenceId }) => ({
        ...registrantsSubject(webinarId, 'approved', occurrenceId ?? undefined, sourceId),
        webinarId,
      }))
      // Each for itself: the webinar's own listing may be settled while one of these was lost, or cut off by a crash.
      .map((subject) => planListing('registrants', subject))
      .filter((planned) => planned !== null)
  )
}
