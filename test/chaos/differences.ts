import { publishedTables } from '../../load/tables.ts'
import { query } from '../postgres/testDatabase.ts'

/**
 * What two warehouses disagree about, as lines a person can read: the first rows of each table that only one has.
 *
 * Ids of people are compared by whom they stand for: an id given out stays, so it depends on what was known first, and
 * two warehouses that learned the same in another order rightly differ in them. Left out for that reason are aliases,
 * and the ledger's lines about sources and listings that only one of the two had reason to ask.
 */
export async function differences(leftUrl: string, rightUrl: string): Promise<string[]> {
  const lines: string[] = []
  const [leftPeople, rightPeople] = await Promise.all([peopleOf(leftUrl), peopleOf(rightUrl)])
  for (const { name } of publishedTables) {
    if (name === 'zoom_person_aliases' || name === 'zoom_capture_promises') continue
    const [left, right] = await Promise.all([
      rowsOf(leftUrl, name, leftPeople),
      rowsOf(rightUrl, name, rightPeople),
    ])
    if (name === 'zoom_capture_audit') {
      for (const [these, those] of [
        [left, right],
        [right, left],
      ] as const) {
        for (const row of these) if (!those.has(row) && isNeedless(row)) these.delete(row)
      }
    }
    const only = (these: Set<string>, those: Set<string>) =>
      [...these].filter((row) => !those.has(row)).sort()
    const [onlyLeft, onlyRight] = [only(left, right), only(right, left)]
    if (onlyLeft.length + onlyRight.length === 0) continue
    lines.push(`${name}: ${onlyLeft.length} rows only left, ${onlyRight.length} only right`)
    lines.push(
      ...onlyLeft.slice(0, 2).map((row) => `< ${row}`),
      ...onlyRight.slice(0, 2).map((row) => `> ${row}`),
    )
  }
  return lines
}

/** By id of a person, the first of the participants and registrations that are this person. */
async function peopleOf(url: string): Promise<Map<string, string>> {
  const rows = await query<{ person_id: string; first: string }>(
    url,
    `select person_id, min(id::text) as first
     from (
         select person_id, id from zoom_participants
         union all
         select person_id, id from zoom_registrants
     ) as one
     where person_id is not null
     group by person_id`,
  )
  return new Map(rows.map((row) => [row.person_id, row.first]))
}

/** Asked before the webinar's settings were known, and answered to the full: nothing is missing. */
function isNeedless(row: string): boolean {
  const { stream, status } = JSON.parse(row) as { stream: string; status: string }
  const isOfRegistration = ['absentees', 'registrants', 'registration_questions', 'tracking_sources']
  return isOfRegistration.includes(stream) && ['complete', 'empty'].includes(status)
}

async function rowsOf(url: string, table: string, people: Map<string, string>): Promise<Set<string>> {
  const rows = await query<{ row: Record<string, unknown> }>(
    url,
    `select to_jsonb(t) - 'captured_at' as row from ${table} as t`,
  )
  const idColumn = table === 'zoom_people' ? 'id' : 'person_id'
  return new Set(
    rows.map(({ row }) => {
      const id = row[idColumn]
      return JSON.stringify(typeof id === 'string' ? { ...row, [idColumn]: people.get(id) ?? id } : row)
    }),
  )
}
