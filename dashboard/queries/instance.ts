import { sql } from 'kysely'
import type { InstanceAnswer, Question } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { asked } from './polls.ts'
import { engagementSpread, minutesSpread } from './spreads.ts'
import { dropoffOf, timelineOf } from './timeline.ts'

const questionsMax = 200

/** One instance, without its participants one by one. @returns undefined where there is none of this id */
export async function instanceAnswer(snapshot: Snapshot, id: string): Promise<InstanceAnswer | undefined> {
  const head = await headOf(snapshot, id)
  if (head === undefined) return undefined
  const duration = head.durationSeconds ?? 0
  return {
    ...head,
    timeline: await timelineOf(snapshot, id),
    dropoff: await dropoffOf(snapshot, id),
    minutesSpread: await minutesSpread(snapshot, id, duration),
    engagementSpread: await engagementSpread(snapshot, id),
    polls: await asked(snapshot, id),
    questions: await questionsOf(snapshot, id),
  }
}

type Head = Omit<
  InstanceAnswer,
  'timeline' | 'dropoff' | 'minutesSpread' | 'engagementSpread' | 'polls' | 'questions'
>

async function headOf(snapshot: Snapshot, id: string): Promise<Head | undefined> {
  const { rows } = await sql<Head>`
    with came as (
      select
        count(*) filter (where session_count > 1)::int as rejoined,
        avg(engagement_score)::float8 as engagement,
        count(*) filter (where has_stayed_to_end)::int as stayed
      from zoom_participants
      where instance_id = ${id}
    ),
    asked as (
      select count(*)::int as questions from zoom_questions where instance_id = ${id}
    )
    select
      ran.id,
      ran.webinar_id as "webinarId",
      webinars.zoom_webinar_id as "zoomWebinarId",
      coalesce(ran.topic, webinars.topic) as topic,
      ran.instance_number as number,
      webinars.instance_count as "instanceCount",
      earlier.id as previous,
      later.id as next,
      ran.start_time as start,
      ran.end_time as end,
      ran.duration as "durationSeconds",
      ran.capture_status as status,
      ran.source_endpoint as source,
      audit.reason,
      ran.captured_rows as captured,
      audit.expected::float8 as expected,
      ran.actual_participant_count as participants,
      ran.attendee_count as attendees,
      ran.panelist_count as panelists,
      ran.host_count as hosts,
      ran.connection_count as connections,
      ran.session_count as sessions,
      came.rejoined,
      ran.peak_concurrent as peak,
      ran.peak_at as "peakAt",
      (ran.total_duration / nullif(ran.actual_participant_count, 0)::float8) as "averageSeconds",
      ran.median_duration as "medianSeconds",
      case when webinars.total_registrants > 0 then webinars.total_registrants end as registrations,
      case when webinars.total_registrants > 0 then ran.registrants_attended end as "invitedCame",
      came.engagement,
      came.stayed as "stayedToEnd",
      asked.questions as "questionCount"
    from zoom_webinar_instances as ran
    join zoom_webinars as webinars on webinars.id = ran.webinar_id
    cross join came
    cross join asked
    left join zoom_webinar_instances as earlier
      on earlier.webinar_id = ran.webinar_id and earlier.instance_number = ran.instance_number - 1
    left join zoom_webinar_instances as later
      on later.webinar_id = ran.webinar_id and later.instance_number = ran.instance_number + 1
    left join zoom_capture_audit as audit
      on audit.instance_id = ran.id and audit.stream = 'participants'
    where ran.id = ${id}
  `.execute(snapshot)
  return rows[0]
}

async function questionsOf(snapshot: Snapshot, instanceId: string): Promise<Question[]> {
  return await snapshot
    .selectFrom('zoom_questions as questions')
    .leftJoin('zoom_participants as participants', 'participants.id', 'questions.participant_id')
    .select([
      'questions.asked_at as askedAt',
      'questions.participant_id as participantId',
      'participants.person_id as personId',
      'questions.name',
      'questions.question',
      'questions.answer',
      'questions.question_status as status',
    ])
    .where('questions.instance_id', '=', instanceId)
    .orderBy('questions.asked_at')
    .orderBy('questions.id')
    .limit(questionsMax)
    .execute()
}
