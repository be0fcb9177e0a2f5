import * as z from 'zod'
import { scalar } from './scalars.ts'

const person = { name: scalar, email: scalar }

/** One person's answer to one poll question, flattened (`/report/webinars/{uuid}/polls`, `/past_webinars/{uuid}/polls`). */
export const pollAnswer = z.object({
  ...person,
  polling_id: scalar,
  question: scalar,
  answer: scalar,
  date_time: scalar,
})

/** One question of the Q&A, flattened (`/report/webinars/{uuid}/qa`; `/past_webinars/{uuid}/qa` has only the texts). */
export const askedQuestion = z.object({
  ...person,
  user_id: scalar,
  question_id: scalar,
  question: scalar,
  answer: scalar,
  question_status: scalar,
  create_time: scalar,
  answer_details: z.array(z.unknown()).nullish(),
})

/** One person's answer to one survey question, flattened (`/report/webinars/{uuid}/survey`). */
export const surveyAnswer = z.object({
  ...person,
  survey_id: scalar,
  survey_name: scalar,
  question_id: scalar,
  question: scalar,
  answer: scalar,
  date_time: scalar,
})
