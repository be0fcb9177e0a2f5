import * as z from 'zod'
import { scalar } from './scalars.ts'

/** A row of `/users/{id}/webinars`, and the body of `/webinars/{id}`, which has settings and occurrences too. */
export const webinar = z.object({
  id: scalar,
  uuid: scalar,
  topic: scalar,
  type: scalar,
  host_id: scalar,
  host_email: scalar,
  start_time: scalar,
  duration: scalar,
  timezone: scalar,
  agenda: scalar,
  created_at: scalar,
  occurrences: z.array(z.unknown()).nullish(),
  settings: z.object({ approval_type: scalar, registration_type: scalar }).nullish(),
})

/** A row of `/users`. */
export const user = z.object({
  id: scalar,
  email: scalar,
  display_name: scalar,
  first_name: scalar,
  last_name: scalar,
  type: scalar,
  status: scalar,
  timezone: scalar,
  dept: scalar,
})

/** A row of `/webinars/{id}/panelists`. */
export const panelist = z.object({ id: scalar, name: scalar, email: scalar })

/** A row of `/webinars/{id}/tracking_sources`. */
export const trackingSource = z.object({
  id: scalar,
  source_name: scalar,
  registration_count: scalar,
  visitor_count: scalar,
})
