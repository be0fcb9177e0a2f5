import * as z from 'zod'
import { scalar } from './scalars.ts'

const common = {
  id: scalar,
  user_id: scalar,
  registrant_id: scalar,
  join_time: scalar,
  leave_time: scalar,
  status: scalar,
  failover: scalar,
}

/** A row of `/report/webinars/{uuid}/participants`, and of `/past_webinars/{uuid}/participants`, which has fewer fields. */
export const reportParticipant = z.object({
  ...common,
  name: scalar,
  user_email: scalar,
  duration: scalar,
  participant_user_id: scalar,
  customer_key: scalar,
  bo_mtg_id: scalar,
  internal_user: scalar,
})

/** A row of `/metrics/webinars/{uuid}/participants`: other names, no duration, but role and device. */
export const metricsParticipant = z.object({
  ...common,
  user_name: scalar,
  email: scalar,
  participant_user_id: scalar,
  participant_uuid: scalar,
  role: scalar,
  customer_key: scalar,
  bo_mtg_id: scalar,
  device: scalar,
  leave_reason: scalar,
  location: scalar,
})
