import { sql } from 'kysely'
import type { NoShowsAnswer, ParticipantsAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { containing } from './search.ts'

export const orders = ['joined', 'longest', 'shortest', 'engaged', 'rejoined', 'name'] as const
export type Order = (typeof orders)[number]

/** A page of a list that can be long. */
export interface Page {
  search: string
  offset: number
  limit: number
}

const orderings: Record<Order, ReturnType<typeof sql>> = {
  joined: sql`first_join_time nulls last`,
  longest: sql`total_duration desc`,
  shortest: sql`total_duration`,
  engaged: sql`engagement_score desc nulls last`,
  rejoined: sql`session_count desc`,
  name: sql`lower(participant_name) nulls last`,
}

/** Participants of an instance with their sessions. */
export async function participantsAnswer(
  snapshot: Snapshot,
  instanceId: string,
  { search, offset, limit }: Page,
  order: Order,
): Promise<ParticipantsAnswer> {
  const matching =
    search === ''
      ? sql`true`
      : sql`(
    participant_name ilike ${containing(search)} or participant_email ilike ${containing(search)}
  )`
  const { rows } = await sql<ParticipantsAnswer['participants'][number] & { total: number }>`
    with chosen as (
      select *, count(*) over ()::int as total, row_number() over (order by ${orderings[order]}, id) as place
      from zoom_participants
      where instance_id = ${instanceId} and ${matching}
      order by place
      offset ${offset} limit ${limit}
    )
    select
      chosen.id,
      chosen.person_id as "personId",
      chosen.participant_name as name,
      chosen.participant_email as email,
      chosen.role,
      chosen.registrant_id is not null as "isRegistered",
      chosen.total_duration as "presenceSeconds",
      (100 * chosen.attended_share)::float8 as share,
      chosen.engagement_score::float8 as engagement,
      chosen.identity_method as identity,
      chosen.identity_confidence::float8 as confidence,
      coalesce(stays.sessions, '[]'::json) as sessions,
      chosen.total
    from chosen
    join zoom_webinar_instances as ran on ran.id = chosen.instance_id
    left join lateral (
      select json_agg(
        json_build_array(
          extract(epoch from sessions.join_time - ran.start_time)::int,
          extract(epoch from sessions.leave_time - ran.start_time)::int
        )
        order by sessions.session_number
      ) as sessions
      from zoom_participant_sessions as sessions
      where sessions.participant_id = chosen.id
    ) as stays on true
    order by chosen.place
  `.execute(snapshot)
  return {
    total: rows[0]?.total ?? 0,
    participants: rows.map(({ total: _, ...line }) => line),
  }
}

/** Approved registrants of the instance's webinar who did not take part in this instance. */
export async function noShowsAnswer(
  snapshot: Snapshot,
  instanceId: string,
  { search, offset, limit }: Page,
): Promise<NoShowsAnswer> {
  const matching =
    search === ''
      ? sql`true`
      : sql`(
    registrants.email ilike ${containing(search)}
    or concat_ws(' ', registrants.first_name, registrants.last_name) ilike ${containing(search)}
  )`
  const { rows } = await sql<NoShowsAnswer['registrants'][number] & { total: number }>`
    select
      registrants.id,
      registrants.person_id as "personId",
      nullif(concat_ws(' ', registrants.first_name, registrants.last_name), '') as name,
      registrants.email,
      registrants.registered_at as "registeredAt",
      registrants.tracking_source as source,
      count(*) over ()::int as total
    from zoom_registrants as registrants
    where
      registrants.webinar_id = (select webinar_id from zoom_webinar_instances where id = ${instanceId})
      and registrants.status = 'approved'
      and not exists (
        select from zoom_participants as participants
        where participants.instance_id = ${instanceId} and participants.registrant_id = registrants.id
      )
      and ${matching}
    order by lower(registrants.last_name) nulls last, lower(registrants.first_name) nulls last, registrants.id
    offset ${offset} limit ${limit}
  `.execute(snapshot)
  return {
    total: rows[0]?.total ?? 0,
    registrants: rows.map(({ total: _, ...line }) => line),
  }
}
