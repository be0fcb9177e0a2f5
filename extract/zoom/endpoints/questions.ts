import type * as z from 'zod'
import type { RawRow } from '../../raw/columns.ts'
import { askedQuestion } from '../schemas/answers.ts'
import { json, looseTime, requiredText, text } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { defineEndpoint, flattened, required } from './define.ts'

const items = flattened('questions', 'question_details')

export const reportQuestions = defineEndpoint({
  stream: 'questions',
  source: 'report',
  label: 'heavy',
  scopes: ['report:read:webinar_qna:admin', 'report:read:admin'],
  isPaged: false,
  request: (subject) => ({
    path: `/report/webinars/${uuidPath(required(subject, 'instanceUuid'))}/qa`,
    query: {},
  }),
  items,
  schema: askedQuestion,
  toRow,
})

/** Texts and names only: no ids, times or status. */
export const pastQuestions = defineEndpoint({
  stream: 'questions',
  source: 'past_webinars',
  label: 'medium',
  scopes: ['webinar:read:past_qa:admin', 'webinar:read:past_qa', 'webinar:read:admin', 'webinar:read'],
  isPaged: false,
  request: (subject) => ({
    path: `/past_webinars/${uuidPath(required(subject, 'instanceUuid'))}/qa`,
    query: {},
  }),
  items,
  schema: askedQuestion,
  toRow,
})

function toRow(row: z.infer<typeof askedQuestion>): RawRow {
  return {
    zoom_user_id: text(row.user_id),
    name: text(row.name),
    email: text(row.email),
    question_id: text(row.question_id),
    question: requiredText(row.question, 'question'),
    answer: text(row.answer),
    question_status: text(row.question_status),
    asked_at: looseTime(row.create_time),
    answers: json(row.answer_details),
  }
}
