import type { AccountAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/** What the filters of the account view offer: hosts and webinars with an instance. */
export async function choicesOf(snapshot: Snapshot): Promise<AccountAnswer['choices']> {
  const webinars = await snapshot
    .selectFrom('zoom_webinars')
    .select(['id', 'topic', 'zoom_webinar_id as zoomWebinarId', 'host_email as host'])
    .where('instance_count', '>', 0)
    .orderBy('topic')
    .orderBy('zoom_webinar_id')
    .execute()
  return {
    hosts: [...new Set(webinars.flatMap(({ host }) => host ?? []))].sort(),
    webinars: webinars.map(({ host: _, ...webinar }) => webinar),
  }
}
