import { registrationQuestion } from '../schemas/registrants.ts'
import { flag, json, RowRefused, text } from '../schemas/scalars.ts'
import { pathSegment } from '../uuidPath.ts'
import { defineEndpoint, required } from './define.ts'

/** The registration form: Zoom's own fields first, then the host's questions. */
export const registrationQuestions = defineEndpoint({
  stream: 'registration_questions',
  source: 'webinars',
  label: 'light',
  scopes: [
    'webinar:read:list_registration_questions:admin',
    'webinar:read:list_registration_questions',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: false,
  request: (subject) => ({
    path: `/webinars/${pathSegment(required(subject, 'webinarId'))}/registrants/questions`,
    query: {},
  }),
  items: (body) => {
    const lists = [body.questions, body.custom_questions].filter(
      (list) => list !== undefined && list !== null,
    )
    // What is there but no list is one item, to be refused.
    return lists.length === 0 ? null : lists.flatMap((list) => (Array.isArray(list) ? list : [[list]]))
  },
  schema: registrationQuestion,
  toRow: (row) => {
    const fieldName = text(row.field_name)
    const title = text(row.title)
    if (fieldName === null && title === null) throw new RowRefused('neither field_name nor title')
    return {
      question_kind: fieldName === null ? 'custom' : 'standard',
      field_name: fieldName,
      title,
      question_type: text(row.type),
      is_required: flag(row.required),
      answers: json(row.answers),
    }
  },
})
