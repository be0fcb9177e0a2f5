import { registrant } from '../schemas/registrants.ts'
import { json, looseTime, RowRefused, text } from '../schemas/scalars.ts'
import { pathSegment, uuidPath } from '../uuidPath.ts'
import { defineEndpoint, listNamed, page_size, required } from './define.ts'

const scopes = ['webinar:read:admin', 'webinar:read']

/** Who signed up, by status: Zoom lists approved ones only unless asked for `pending` or `denied`. */
export const registrants = defineEndpoint({
  stream: 'registrants',
  source: 'webinars',
  label: 'medium',
  scopes: ['webinar:read:list_registrants:admin', 'webinar:read:list_registrants', ...scopes],
  isPaged: true,
  request: (subject) => ({
    path: `/webinars/${pathSegment(required(subject, 'webinarId'))}/registrants`,
    query: {
      status: subject.registrantStatus ?? 'approved',
      ...(subject.occurrenceId ? { occurrence_id: subject.occurrenceId } : {}),
      ...(subject.trackingSourceId ? { tracking_source_id: subject.trackingSourceId } : {}),
      page_size,
    },
  }),
  items: listNamed('registrants'),
  schema: registrant,
  toRow: (row) => ({
    registrant_id: text(row.id),
    email: text(row.email) ?? known(row),
    first_name: text(row.first_name),
    last_name: text(row.last_name),
    status: text(row.status),
    registered_at: looseTime(row.create_time),
    occurrence_id: text(row.occurrence_id),
    tracking_source_id: text(row.tracking_source_id),
    organization: text(row.org),
    job_title: text(row.job_title),
    city: text(row.city),
    country: text(row.country),
    custom_answers: json(row.custom_questions),
  }),
})

/** Registrants who did not come to this instance: the only verdict on attendance that is Zoom's own. */
export const absentees = defineEndpoint({
  stream: 'absentees',
  source: 'past_webinars',
  label: 'heavy',
  scopes: ['webinar:read:list_absentees:admin', 'webinar:read:list_absentees', ...scopes],
  isPaged: true,
  request: (subject) => ({
    path: `/past_webinars/${uuidPath(required(subject, 'instanceUuid'))}/absentees`,
    query: { page_size },
  }),
  items: listNamed('registrants'),
  schema: registrant,
  toRow: (row) => ({
    registrant_id: text(row.id),
    email: text(row.email) ?? known(row),
    first_name: text(row.first_name),
    last_name: text(row.last_name),
    status: text(row.status),
    registered_at: looseTime(row.create_time),
  }),
})

/** No e-mail: allowed where the id says who it is. @throws RowRefused otherwise. */
function known(row: { id?: Parameters<typeof text>[0] }): null {
  if (text(row.id) === null) throw new RowRefused('neither id nor email')
  return null
}
