import { type CaptureContext, capture } from './capture.ts'
import { registrantsSubject } from './plan.ts'
import { inPool } from './pool.ts'
import { queryRaw } from './raw/query.ts'

/**
 * Reads who registered through which tracking source. Zoom's registrant rows do not say; the listing has to be
 * asked once for every source, so only webinars that have sources cost it. Needs the tracking sources of these
 * webinars flushed to the raw zone.
 */
export async function captureRegistrantSources(
  context: CaptureContext,
  options: { dataDir: string; accountId: string; concurrency: number },
  webinarIds: readonly number[],
): Promise<void> {
  if (webinarIds.length === 0) return
  const sources = await queryRaw<{ webinar_id: number; tracking_source_id: string }>(
    options.dataDir,
    `select distinct webinar_id, tracking_source_id
     from raw.tracking_sources
     where account_id = $account and tracking_source_id is not null and registrations_count > 0
     order by all`,
    { account: options.accountId },
  )
  const wanted = new Set(webinarIds)
  await inPool(
    sources.filter((source) => wanted.has(source.webinar_id)),
    options.concurrency,
    async (source) => {
      const subject = registrantsSubject(source.webinar_id, 'approved', undefined, source.tracking_source_id)
      await capture(context, 'registrants', subject)
    },
  )
}
