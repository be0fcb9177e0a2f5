import { isoOf, numberOf, textOf } from '../completeness.ts'
import type { Ask } from './ask.ts'
import type { Attendee } from './attendanceReport.ts'

/** Of one instance its participants; of several, persons, whose rows are added up and whose scores are averaged. */
export async function readPeople(ask: Ask, instanceCount: number): Promise<Attendee[]> {
  const rows = await ask(
    `with
     people as (
         select
             participants.*,
             ${instanceCount === 1 ? 'participants.id' : 'participants.person_id'} as who,
             coalesce(participants.participant_email, registrants.email) as email,
             coalesce(participants.participant_name, nullif(concat_ws(' ', registrants.first_name, registrants.last_name), '')) as name,
             registrants.organization,
             instances.duration as instance_duration
         from marts.zoom_participants as participants
         inner join marts.zoom_webinar_instances as instances on instances.id = participants.instance_id
         left join marts.zoom_registrants as registrants on registrants.id = participants.registrant_id
         where participants.instance_id in (from chosen)
     )
     select
         first(id order by total_duration desc, id) as id,
         first(name order by total_duration desc, id) filter (where name is not null) as name,
         first(email order by total_duration desc, id) filter (where email is not null) as email,
         first(organization order by total_duration desc, id) filter (where organization is not null) as organization,
         first(role order by role = 'attendee', role <> 'host', id) as role,
         bool_or(registrant_id is not null) as is_registered,
         epoch_ms(min(first_join_time)) as join_ms,
         epoch_ms(max(last_leave_time)) as leave_ms,
         sum(total_duration)::bigint as present,
         sum(session_count)::bigint as sessions,
         round(least(100, 100 * sum(total_duration) / nullif(sum(instance_duration), 0)), 1)::double as share,
         round(avg(engagement_score), 1)::double as engagement,
         sum(polls_answered)::bigint as polls_answered,
         sum(questions_asked)::bigint as questions_asked,
         bool_or(has_answered_survey) as has_answered_survey,
         bool_or(has_stayed_to_end) as has_stayed_to_end,
         count(distinct instance_id) as instances
     from people
     group by who
     order by present desc, name nulls last, id`,
  )
  return rows.map((row) => ({
    participantId: String(row.id),
    name: textOf(row.name),
    email: textOf(row.email),
    organization: textOf(row.organization),
    role: String(row.role),
    isRegistered: row.is_registered === true,
    firstJoin: isoOf(row.join_ms),
    lastLeave: isoOf(row.leave_ms),
    present_seconds: Number(row.present),
    sessions: Number(row.sessions),
    share_percent: numberOf(row.share),
    engagement: numberOf(row.engagement),
    pollsAnswered: Number(row.polls_answered),
    questionsAsked: Number(row.questions_asked),
    hasAnsweredSurvey: row.has_answered_survey === true,
    hasStayedToEnd: row.has_stayed_to_end === true,
    instances: Number(row.instances),
  }))
}
