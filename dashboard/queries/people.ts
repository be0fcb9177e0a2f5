import type { PeopleAnswer } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { containing } from './search.ts'

const foundMax = 20

/** Persons whose name or e-mail contains the words, the most frequent guests first. */
export async function findPeople(snapshot: Snapshot, words: string): Promise<PeopleAnswer> {
  const people = await snapshot
    .selectFrom('zoom_people')
    .select([
      'id',
      'display_name as name',
      'primary_email as email',
      'instances_attended as instances',
      'last_seen_at as lastSeen',
    ])
    .where((eb) =>
      eb.or([
        eb('display_name', 'ilike', containing(words)),
        eb('primary_email', 'ilike', containing(words)),
      ]),
    )
    .orderBy('instances_attended', 'desc')
    .orderBy('display_name')
    .orderBy('id')
    .limit(foundMax)
    .execute()
  return { people }
}
