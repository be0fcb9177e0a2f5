import * as z from 'zod'
import { scalar } from './scalars.ts'

/** `/report/history_meetings`: the whole account, meetings and webinars. */
export const historyMeeting = z.object({
  meeting_uuid: scalar,
  meeting_id: scalar,
  type: scalar,
  topic: scalar,
  host_display_name: scalar,
  host_email: scalar,
  start_time: scalar,
  end_time: scalar,
  duration: scalar,
  participants: scalar,
  unique_viewers: scalar,
  max_concurrent_views: scalar,
  total_participant_minutes: scalar,
})

/** `/report/users/{id}/meetings`: one host, meetings and webinars. */
export const userReportMeeting = z.object({
  uuid: scalar,
  id: scalar,
  type: scalar,
  topic: scalar,
  user_name: scalar,
  user_email: scalar,
  start_time: scalar,
  end_time: scalar,
  duration: scalar,
  participants_count: scalar,
  total_minutes: scalar,
})

/** `/metrics/webinars` and `/metrics/webinars/{uuid}`: `host` is a name or an address, `duration` is `hh:mm:ss`. */
export const metricsWebinar = z.object({
  uuid: scalar,
  id: scalar,
  topic: scalar,
  host: scalar,
  email: scalar,
  dept: scalar,
  start_time: scalar,
  end_time: scalar,
  duration: scalar,
  participants: scalar,
})

/** `/past_webinars/{id}/instances`: Zoom added `occurrence_id` on 2026-09-14. */
export const pastInstance = z.object({
  uuid: scalar,
  start_time: scalar,
  occurrence_id: scalar,
})

/** `/report/webinars/{uuid}`. */
export const reportDetails = z.object({
  uuid: scalar,
  id: scalar,
  type: scalar,
  topic: scalar,
  user_name: scalar,
  user_email: scalar,
  dept: scalar,
  start_time: scalar,
  end_time: scalar,
  duration: scalar,
  total_minutes: scalar,
  participants_count: scalar,
})
