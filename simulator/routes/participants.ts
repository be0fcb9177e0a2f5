import { tooOld, uuidMissing, webinarMissing } from '../faults.ts'
import { sliceOf } from '../listing.ts'
import type { Instance } from '../model.ts'
import { type Call, instanceAt, type Route, route } from '../route.ts'
import type { RowTexts, View } from '../rowtext.ts'

const missing = (id: string) => (/^\d+$/.test(id) ? webinarMissing(id) : uuidMissing(id))

/** The three endpoints that say who was there. The texts of rows are shared by all calls. */
export function participantRoutes(texts: RowTexts): Route[] {
  const serve = (call: Call, instance: Instance, view: View, extra: Record<string, unknown> = {}): Buffer => {
    const total = instance.rows.length
    const { from, to, size, nextPageToken, pageCount } = sliceOf(call, total)
    const frame = {
      page_count: pageCount,
      page_size: size,
      total_records: total,
      next_page_token: nextPageToken,
      ...extra,
    }
    const head = `${JSON.stringify(frame).slice(0, -1)},"participants":[`
    return Buffer.concat([Buffer.from(head), texts.slice(instance, view, from, to), Buffer.from(']}')])
  }
  const wantsRegistrant = (call: Call) =>
    (call.query.get('include_fields') ?? '').split(',').includes('registrant_id')
  return [
    route('/report/webinars/{id}/participants', 'heavy', 'report', 'list_webinar_participants', (call) => {
      const instance = instanceAt(call, missing)
      if (!instance.isAvailable) throw tooOld()
      return serve(call, instance, wantsRegistrant(call) ? 'report_registrant' : 'report')
    }),
    route('/past_webinars/{id}/participants', 'medium', 'webinar', 'list_past_participants', (call) => {
      const instance = instanceAt(call, missing)
      const isGone = /^\d+$/.test(call.id) && !instance.webinar.isListed
      if (isGone || !instance.isAvailable) throw missing(call.id)
      return serve(call, instance, 'past')
    }),
    route(
      '/metrics/webinars/{id}/participants',
      'heavy',
      'dashboard',
      'list_webinar_participants',
      (call) => {
        const instance = instanceAt(call, missing)
        if (!instance.isAvailable) throw tooOld()
        const number = { webinar_number: String(instance.webinar.id) }
        // The default is `live`, and nothing is on air.
        if (call.query.get('type') !== 'past')
          return {
            page_count: 0,
            page_size: 30,
            total_records: 0,
            next_page_token: '',
            ...number,
            participants: [],
          }
        return serve(call, instance, wantsRegistrant(call) ? 'metrics_registrant' : 'metrics', number)
      },
    ),
  ]
}
