import { surveyAnswer } from '../schemas/answers.ts'
import { looseTime, requiredText, text } from '../schemas/scalars.ts'
import { uuidPath } from '../uuidPath.ts'
import { defineEndpoint, flattened, required } from './define.ts'

export const reportSurveys = defineEndpoint({
  stream: 'surveys',
  source: 'report',
  label: 'heavy',
  scopes: ['report:read:webinar_survey:admin', 'report:read:admin'],
  isPaged: false,
  request: (subject) => ({
    path: `/report/webinars/${uuidPath(required(subject, 'instanceUuid'))}/survey`,
    query: {},
  }),
  items: flattened('survey_answers', 'answer_details', ['survey_id', 'survey_name']),
  schema: surveyAnswer,
  toRow: (row) => ({
    survey_id: text(row.survey_id),
    survey_name: text(row.survey_name),
    name: text(row.name),
    email: text(row.email),
    question_id: text(row.question_id),
    question: requiredText(row.question, 'question'),
    answer: text(row.answer),
    answered_at: looseTime(row.date_time),
  }),
})
