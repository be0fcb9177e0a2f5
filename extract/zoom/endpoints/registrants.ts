import { listOf, looseTimeOf, type RowView, rowReader, textOf } from '../scan/columns.ts'
import { pageScanner } from '../scan/pageScanner.ts'
import { absentee, registrant } from '../schemas/registrants.ts'
import { RowRefused } from '../schemas/scalars.ts'
import { pathSegment, uuidPath } from '../uuidPath.ts'
import { defineEndpoint, listNamed, page_size, required } from './define.ts'

const scopes = ['webinar:read:admin', 'webinar:read']
const list = 'registrants'

const absenteeColumns = {
  registrant_id: textOf('id'),
  email: textOf('email'),
  first_name: textOf('first_name'),
  last_name: textOf('last_name'),
  status: textOf('status'),
  registered_at: looseTimeOf('create_time'),
}

const registrantColumns = {
  ...absenteeColumns,
  occurrence_id: textOf('occurrence_id'),
  tracking_source_id: textOf('tracking_source_id'),
  organization: textOf('org'),
  job_title: textOf('job_title'),
  city: textOf('city'),
  country: textOf('country'),
  custom_answers: listOf('custom_questions'),
}

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
  items: listNamed(list),
  schema: registrant,
  toRow: rowReader(registrantColumns, mustBeKnown),
  scan: pageScanner({ stream: 'registrants', list, columns: registrantColumns, check: mustBeKnown }),
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
  items: listNamed(list),
  schema: absentee,
  toRow: rowReader(absenteeColumns, mustBeKnown),
  scan: pageScanner({ stream: 'absentees', list, columns: absenteeColumns, check: mustBeKnown }),
})

/** Without an e-mail the id says who it is. @throws RowRefused where neither does. */
function mustBeKnown(row: RowView): void {
  if (!row.has('email') && !row.has('registrant_id')) throw new RowRefused('neither id nor email')
}
