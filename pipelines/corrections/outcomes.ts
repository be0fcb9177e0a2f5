import { type Correction, readCorrections } from '../../transform/corrections.ts'
import { type Ask, queryCatalog } from '../catalog.ts'
import { counted } from '../terminal/format.ts'
import { apart } from './references.ts'
import { rowKeySql } from './targets.ts'

/** What became of a decision in the catalog. */
export interface CorrectionOutcome {
  line: number
  decision: Correction['decision']
  one: string
  other: string | null
  why: string | null
  /** `holds`; `matches nothing`: a side names nobody who attended or registered; `broken`: the data say otherwise. */
  status: 'holds' | 'matches nothing' | 'broken'
  /** In words: how many rows and people, or what is wrong and what to do. */
  note: string
}

/** Compares the decisions in force with the catalog, in the order of the file. */
export async function readOutcomes(
  dataDir: string,
  ask: Ask = (...question) => queryCatalog(dataDir, ...question),
): Promise<CorrectionOutcome[]> {
  const corrections = await readCorrections(dataDir)
  if (corrections.length === 0) return []
  const targets = corrections.flatMap(({ line, decision, one_is, other_is, effects }) => {
    const [one, other] = decision === 'one' ? [one_is, other_is] : apart(one_is, other_is)
    const isShared = effects.some(({ action }) => action === 'share')
    return [
      ...one.map((target) => ({ ...target, line, side: 'one', is_shared: isShared })),
      ...other.map((target) => ({ ...target, line, side: 'other', is_shared: isShared })),
    ]
  })
  const { rows } = await ask(foundSql, [JSON.stringify(targets)])
  const found = new Map(rows.map((row) => [`${row.line} ${row.side}`, row as unknown as Found]))
  return corrections.map((correction) => {
    const one = found.get(`${correction.line} one`) ?? nothing
    const other = correction.other === null ? null : (found.get(`${correction.line} other`) ?? nothing)
    const { line, decision, why } = correction
    return {
      line,
      decision,
      one: correction.one,
      other: correction.other,
      why,
      ...judge(correction, one, other),
    }
  })
}

interface Found {
  /** Join/leave rows and registrations. */
  uses: number
  persons: string[]
}

const nothing: Found = { uses: 0, persons: [] }

function judge(
  { decision, one, other }: Correction,
  left: Found,
  right: Found | null,
): Pick<CorrectionOutcome, 'status' | 'note'> {
  const missing = [left.uses === 0 && one, right !== null && right.uses === 0 && other].filter((name) => name)
  if (missing.length > 0) {
    const note = `${missing.join(' and ')} is in no row and no registration; see that it is written as Zoom has it`
    return { status: 'matches nothing', note }
  }
  const uses = Number(left.uses) + Number(right?.uses ?? 0)
  const persons = new Set([...left.persons, ...(right?.persons ?? [])])
  const found = `${uses} rows and registrations, ${counted(persons.size, 'person', 'people')}`
  if (decision === 'one') {
    return persons.size < 2
      ? { status: 'holds', note: found }
      : {
          status: 'broken',
          note: `still ${persons.size} people; one of them attended through a forwarded link`,
        }
  }
  const both = left.persons.filter((person) => right?.persons.includes(person))
  if (both.length === 0) return { status: 'holds', note: found }
  const note = `still one person (${both[0]}); give the file to rollcall correct again, which looks for what connects them`
  return { status: 'broken', note }
}

const foundSql = `
  with told as (
    select unnest(from_json($1::json, '[{"kind": "varchar", "key": "varchar", "instance_uuid": "varchar",
      "line": "integer", "side": "varchar", "is_shared": "boolean"}]')) as t
  ),
  targets as (select unnest(t) from told),
  people as (
    select identified.connection_key, personified.person_id
    from intermediate.connections_identified as identified
    join intermediate.participants_personified as personified using (participant_key)
  ),
  by_row as (
    select line, side, 'c' || keyed.connection_key as use, people.person_id
    from targets join intermediate.connections_keyed as keyed on keyed.registrant_key = targets.key
    join people using (connection_key) where targets.kind = 'registrant'
    union
    select line, side, 'c' || keyed.connection_key, people.person_id
    from targets join intermediate.connections_keyed as keyed on keyed.user_key = targets.key
    join people using (connection_key) where targets.kind = 'user'
    union
    select line, side, 'c' || keyed.connection_key, people.person_id
    from targets join intermediate.connections_keyed as keyed on keyed.email_key = targets.key
    join people using (connection_key) where targets.kind = 'email'
    union
    select line, side, 'c' || c.connection_key, people.person_id
    from targets
    join intermediate.instances_united as i on i.instance_uuid = targets.instance_uuid
    join intermediate.connections_cleaned as c on c.instance_key = i.instance_key and ${rowKeySql} = targets.key
    join people using (connection_key) where targets.kind = 'row'
    union
    select line, side, 'r' || owned.registrant_key, registered.person_id
    from targets join intermediate.registrant_keys_owned as owned using (kind, key)
    join intermediate.registrants_personified as registered using (registrant_key)
  ),
  shared as (
    select line, side, 'c' || c.connection_key as use, people.person_id
    from targets join intermediate.connections_cleaned as c on c.email = targets.key
    join people using (connection_key) where targets.kind = 'email' and targets.is_shared
    union
    select line, side, 'c' || c.connection_key, people.person_id
    from targets join intermediate.connections_cleaned as c on c.zoom_user_id = targets.key
    join people using (connection_key) where targets.kind = 'user' and targets.is_shared
    union
    select line, side, 'c' || c.connection_key, people.person_id
    from targets join intermediate.connections_cleaned as c on c.registrant_id = targets.key
    join people using (connection_key) where targets.kind = 'registrant' and targets.is_shared
    union
    select line, side, 'r' || r.registrant_key, registered.person_id
    from targets join intermediate.registrants_merged as r on r.email = targets.key
    join intermediate.registrants_personified as registered using (registrant_key)
    where targets.kind = 'email' and targets.is_shared
  ),
  final as (select * from by_row union select * from shared)
  select line, side, count(distinct use)::int as uses, list(distinct person_id::varchar order by person_id::varchar)
    as persons
  from final group by line, side`
