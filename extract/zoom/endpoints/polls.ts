import type * as z from 'zod'
import type { RawRow } from '../../raw/columns.ts'
import { pollAnswer } from '../schemas/answers.ts'
import { looseTime, requiredText, text } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { defineEndpoint, flattened, required } from './define.ts'

const items = flattened('questions', 'question_details')

export const reportPolls = defineEndpoint({
  stream: 'polls',
  source: 'report',
  label: 'heavy',
  scopes: ['report:read:list_webinar_polls:admin', 'report:read:admin'],
  isPaged: false,
  request: (subject) => ({
    path: `/report/webinars/${uuidPath(required(subject, 'instanceUuid'))}/polls`,
    query: {},
  }),
  items,
  schema: pollAnswer,
  toRow,
})

export const pastPolls = defineEndpoint({
  stream: 'polls',
  source: 'past_webinars',
  label: 'medium',
  scopes: [
    'webinar:read:list_past_polls:admin',
    'webinar:read:list_past_polls',
    'webinar:read:admin',
    'webinar:read',
  ],
  isPaged: false,
  request: (subject) => ({
    path: `/past_webinars/${uuidPath(required(subject, 'instanceUuid'))}/polls`,
    query: {},
  }),
  items,
  schema: pollAnswer,
  toRow,
})

function toRow(row: z.infer<typeof pollAnswer>): RawRow {
  return {
    name: text(row.name),
    email: text(row.email),
    polling_id: text(row.polling_id),
    question: requiredText(row.question, 'question'),
    answer: text(row.answer),
    answered_at: looseTime(row.date_time),
  }
}
