import { sql } from 'kysely'
import type { InstanceLine, WebinarAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/** Instances told of, the latest ones; and of those, how many with their curve of presence. */
const instancesMax = 400
const curvesMax = 24
const stepMinutes = 2

/** A webinar with its instances side by side. @returns undefined where there is none of this id */
export async function webinarAnswer(snapshot: Snapshot, id: string): Promise<WebinarAnswer | undefined> {
  const webinar = await snapshot
    .selectFrom('zoom_webinars')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (webinar === undefined) return undefined
  const instances = await instanceLines(snapshot, id)
  const isRegistered = webinar.total_registrants > 0
  return {
    id,
    zoomWebinarId: webinar.zoom_webinar_id,
    topic: webinar.topic,
    host: webinar.host_email,
    status: webinar.status,
    scheduledMinutes: webinar.scheduled_duration,
    registrations: isRegistered ? webinar.total_registrants : null,
    registrationsCame: isRegistered ? webinar.registrants_attended : null,
    participants: webinar.actual_participant_count,
    people: webinar.unique_participant_count,
    instances,
    instancesLeftOut: webinar.instance_count - instances.length,
    curves: {
      stepMinutes,
      lines: await curves(
        snapshot,
        instances.slice(-curvesMax).map((one) => one.id),
      ),
    },
    registrationDays: await registrationDays(snapshot, id),
    sources: await sources(snapshot, id),
  }
}

/** In the order they ran. */
async function instanceLines(snapshot: Snapshot, webinarId: string): Promise<InstanceLine[]> {
  const { rows } = await sql<InstanceLine>`
    with came as (
      select
        participants.instance_id,
        count(*) filter (where participants.session_count > 1)::int as rejoined,
        avg(participants.engagement_score)::float8 as engagement
      from zoom_participants as participants
      where participants.webinar_id = ${webinarId}
      group by participants.instance_id
    ),
    firsts as (
      select first_instance as instance_id, count(*)::int as new_people
      from (
        select distinct on (participants.person_id) participants.instance_id as first_instance
        from zoom_participants as participants
        join zoom_webinar_instances as instances on instances.id = participants.instance_id
        where participants.webinar_id = ${webinarId}
        order by participants.person_id, instances.instance_number
      ) as first_visits
      group by first_instance
    )
    select
      ran.id,
      ran.instance_number as number,
      ran.restart_number > 0 as "isRestart",
      ran.start_time as start,
      ran.duration as "durationSeconds",
      ran.actual_participant_count as participants,
      ran.attendee_count as attendees,
      coalesce(firsts.new_people, 0) as "newPeople",
      ran.peak_concurrent as peak,
      (ran.total_duration / nullif(ran.actual_participant_count, 0)::float8) as "averageSeconds",
      ran.median_duration as "medianSeconds",
      ran.registrants_attended as "invitedCame",
      coalesce(came.rejoined, 0) as rejoined,
      came.engagement,
      ran.capture_status as status,
      ran.source_endpoint as source
    from (
      select * from zoom_webinar_instances
      where webinar_id = ${webinarId}
      order by instance_number desc
      limit ${instancesMax}
    ) as ran
    left join came on came.instance_id = ran.id
    left join firsts on firsts.instance_id = ran.id
    order by ran.instance_number
  `.execute(snapshot)
  return rows
}

async function curves(snapshot: Snapshot, instances: string[]): Promise<WebinarAnswer['curves']['lines']> {
  if (instances.length === 0) return []
  const { rows } = await sql<{ instance: string; present: number[] }>`
    with steps as (
      select
        timeline.instance_id,
        floor(extract(epoch from timeline.minute - date_trunc('minute', ran.start_time)) / ${stepMinutes * 60}) as step,
        max(timeline.present) as present
      from zoom_instance_timeline as timeline
      join zoom_webinar_instances as ran on ran.id = timeline.instance_id
      where timeline.instance_id = any(${instances}::uuid[])
      group by 1, 2
    )
    select instance_id as instance, array_agg(present order by step) as present
    from steps
    where step >= 0
    group by instance_id
  `.execute(snapshot)
  return rows.sort((a, b) => instances.indexOf(a.instance) - instances.indexOf(b.instance))
}

async function registrationDays(
  snapshot: Snapshot,
  webinarId: string,
): Promise<WebinarAnswer['registrationDays']> {
  const { rows } = await sql<WebinarAnswer['registrationDays'][number]>`
    select date_trunc('day', registered_at) as day, count(*)::int as registrations
    from zoom_registrants
    where webinar_id = ${webinarId} and status = 'approved' and registered_at is not null
    group by 1
    order by 1
  `.execute(snapshot)
  return rows
}

/** Where the registrants came from, as far as tracking links tell. */
async function sources(snapshot: Snapshot, webinarId: string): Promise<WebinarAnswer['sources']> {
  const { rows } = await sql<WebinarAnswer['sources'][number]>`
    select
      tracking_source as name,
      count(*)::int as registrations,
      count(*) filter (where has_attended)::int as came
    from zoom_registrants
    where webinar_id = ${webinarId} and status = 'approved'
    group by 1
    order by 2 desc, 1
    limit 20
  `.execute(snapshot)
  return rows
}
