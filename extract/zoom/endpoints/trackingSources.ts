import { int32, RowRefused, text } from '../schemas/scalars.ts'
import { trackingSource } from '../schemas/webinars.ts'
import { pathSegment } from '../uuidPath.ts'
import { defineEndpoint, listNamed, required } from './define.ts'

/** Where a webinar's registrants come from, as far as the host made links for it. */
export const trackingSources = defineEndpoint({
  stream: 'tracking_sources',
  source: 'webinars',
  label: 'medium',
  scopes: [
    'webinar:read:list_tracking_sources:admin',
    'webinar:read:list_tracking_sources',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: false,
  request: (subject) => ({
    path: `/webinars/${pathSegment(required(subject, 'webinarId'))}/tracking_sources`,
    query: {},
  }),
  items: listNamed('tracking_sources'),
  schema: trackingSource,
  toRow: (row) => {
    const found = { tracking_source_id: text(row.id), source_name: text(row.source_name) }
    if (found.tracking_source_id === null && found.source_name === null) {
      throw new RowRefused('neither id nor source_name')
    }
    return {
      ...found,
      registrations_count: int32(row.registration_count),
      visitors_count: int32(row.visitor_count),
    }
  },
})
