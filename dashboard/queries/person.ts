import { sql } from 'kysely'
import type { PersonAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

const linesMax = 1000

/**
 * A person and everything they attended and registered for. A former id leads to who the person is now.
 * @returns undefined where nobody has or had this id
 */
export async function personAnswer(snapshot: Snapshot, id: string): Promise<PersonAnswer | undefined> {
  const alias = await snapshot
    .selectFrom('zoom_person_aliases')
    .select('person_id')
    .where('alias_id', '=', id)
    .executeTakeFirst()
  const person = await snapshot
    .selectFrom('zoom_people')
    .selectAll()
    .where('id', '=', alias?.person_id ?? id)
    .executeTakeFirst()
  if (person === undefined) return undefined
  const attended = await snapshot
    .selectFrom('zoom_participants as participants')
    .innerJoin('zoom_webinar_instances as ran', 'ran.id', 'participants.instance_id')
    .innerJoin('zoom_webinars as webinars', 'webinars.id', 'participants.webinar_id')
    .select([
      'participants.instance_id as instanceId',
      'participants.webinar_id as webinarId',
      sql<string | null>`coalesce(ran.topic, webinars.topic)`.as('topic'),
      'ran.start_time as start',
      'participants.participant_name as name',
      'participants.role',
      'participants.total_duration as presenceSeconds',
      sql<number | null>`(100 * participants.attended_share)::float8`.as('share'),
      'participants.session_count as sessions',
      sql<number | null>`participants.engagement_score::float8`.as('engagement'),
      'participants.polls_answered as pollsAnswered',
      'participants.questions_asked as questionsAsked',
    ])
    .where('participants.person_id', '=', person.id)
    .orderBy('ran.start_time', 'desc')
    .orderBy('participants.id')
    .limit(linesMax)
    .execute()
  const registered = await snapshot
    .selectFrom('zoom_registrants as registrants')
    .innerJoin('zoom_webinars as webinars', 'webinars.id', 'registrants.webinar_id')
    .select([
      'registrants.id',
      'registrants.webinar_id as webinarId',
      'webinars.topic',
      'registrants.registered_at as registeredAt',
      'registrants.status',
      'registrants.has_attended as came',
    ])
    .where('registrants.person_id', '=', person.id)
    .orderBy('registrants.registered_at', 'desc')
    .orderBy('registrants.id')
    .limit(linesMax)
    .execute()
  return {
    id: person.id,
    name: person.display_name,
    email: person.primary_email,
    firstSeen: person.first_seen_at,
    lastSeen: person.last_seen_at,
    instances: person.instances_attended,
    webinars: person.webinars_attended,
    presenceSeconds: Number(person.total_duration),
    attended,
    registered,
  }
}
