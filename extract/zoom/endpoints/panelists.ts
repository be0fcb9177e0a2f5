import { RowRefused, text } from '../schemas/scalars.ts'
import { panelist } from '../schemas/webinars.ts'
import { pathSegment } from '../uuidPath.ts'
import { defineEndpoint, listNamed, required } from './define.ts'

/** A webinar's panelists. Their id names the invitation, not the person: only the e-mail leads to participants. */
export const panelists = defineEndpoint({
  stream: 'panelists',
  source: 'webinars',
  label: 'medium',
  scopes: [
    'webinar:read:list_panelists:admin',
    'webinar:read:list_panelists',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: false,
  request: (subject) => ({
    path: `/webinars/${pathSegment(required(subject, 'webinarId'))}/panelists`,
    query: {},
  }),
  items: listNamed('panelists'),
  schema: panelist,
  toRow: (row) => {
    const found = { panelist_id: text(row.id), name: text(row.name), email: text(row.email) }
    if (found.panelist_id === null && found.name === null && found.email === null) {
      throw new RowRefused('neither id, name nor email')
    }
    return found
  },
})
