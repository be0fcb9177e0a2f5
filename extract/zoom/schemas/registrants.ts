import * as z from 'zod'
import { scalar } from './scalars.ts'

/** A row of `/past_webinars/{uuid}/absentees`. */
export const absentee = z.object({
  id: scalar,
  email: scalar,
  first_name: scalar,
  last_name: scalar,
  status: scalar,
  create_time: scalar,
})

/** A row of `/webinars/{id}/registrants`. */
export const registrant = z.object({
  ...absentee.shape,
  occurrence_id: scalar,
  tracking_source_id: scalar,
  org: scalar,
  job_title: scalar,
  city: scalar,
  country: scalar,
  custom_questions: z.array(z.unknown()).nullish(),
})

/** A field of the registration form: Zoom's own have `field_name`, the host's have `title`, `type` and `answers`. */
export const registrationQuestion = z.object({
  field_name: scalar,
  title: scalar,
  type: scalar,
  required: scalar,
  answers: z.array(z.unknown()).nullish(),
})
