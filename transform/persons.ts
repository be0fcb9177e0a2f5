import type { Engine } from './engine.ts'
import { rowsWhere, takeFewRows } from './pruned.ts'
import { unitsAs } from './units.ts'

/*
 * Persons reach over webinars: whoever has a key in a touched webinar may have it in others, and what changed there may
 * make two persons one, or one two. Most people are all over a long history and stay who they are, so as little as
 * possible is looked at of what is outside of the touched webinars:
 *
 *   touched keys    keys that were read or claimed in the touched webinars, now or before
 *   their persons   who they belonged to so far. What held such a person together holds still, unless a holder in a
 *     │             touched webinar no longer claims what it claimed
 *     ├─ holding    one holder here that stands for all of them: it claims the touched keys and the oldest one, which
 *     │             gives the person's id. The models then find with whom the person is one now
 *     └─ broken     every key of the person, and every holder outside that claims one of these
 *   moved persons   holding ones that are part of an older person now: all their keys follow
 *   changed persons whose appearances are others now, broken, moved or joined: see personAppearances.ts. All others are
 *                   who they were
 */

export const claimed = 'intermediate.person_keys_claimed'
export const identified = 'intermediate.person_keys_identified'
const arrivals = 'staging.key_arrivals'
const dated = 'intermediate.person_keys_dated'

/** Of `known_keys`: what the catalog says of a key, and in which row. */
const knownColumns = 'key_id, account_id, kind, key, arrival, person_id'

/**
 * After `key_arrivals` is built: makes of the first arrival in the scope the first of all. Leaves the temporary table
 * `known_keys`: the rows the catalog has of keys.
 */
export async function widenArrivals(engine: Engine): Promise<void> {
  // What the key is says the scope too, and texts of keys are all over the table.
  const columns = 'rowid as row, key_id, arrival, person_id'
  await engine.run(
    `create temp table known_keys as
     select known.row, key_id, now.account_id, now.kind, now.key, known.arrival, known.person_id
     from (${rowsWhere(`rollcall.${identified}`, 'key_id', `scratch.${arrivals}`, columns)}) as known
     inner join scratch.${arrivals} as now using (key_id)`,
  )
  await engine.run(
    `create or replace table scratch.${arrivals} as
     select now.* replace (least(now.arrival, known.arrival) as arrival)
     from scratch.${arrivals} as now
     left join known_keys as known using (key_id)`,
  )
}

/**
 * Before `person_keys_grouped` is built, after `person_keys_dated`: adds the claims of persons that reach out of the
 * scope, and when their keys arrived. Completes `known_keys` by them. Leaves the temporary table `broken_persons`
 * (person_id).
 */
export async function widenClaims(engine: Engine): Promise<void> {
  await findLostClaims(engine)
  await engine.run(
    `create temp table unread_keys as
     select key_id
     from (
         select key_id from scratch.${claimed}
         union
         select head_id from scratch.${claimed}
         union
         select key_id from lost_claims
     )
     where key_id not in (select arrivals.key_id from scratch.${arrivals} as arrivals)`,
  )
  await addKnownKeys(engine, 'key_id', 'unread_keys')
  await engine.run(
    `create temp table broken_persons as
     select distinct person_id
     from known_keys
     where person_id is not null and key_id in (select lost_claims.key_id from lost_claims)`,
  )
  await addBrokenPersons(engine)
  await addHoldingPersons(engine)
  // Keys that nobody has read in the scope came when they came, also those that decisions make.
  await engine.run(
    `insert into scratch.${dated} by name
     select known.key_id, known.account_id, known.kind, known.key, known.arrival
     from known_keys as known
     semi join (select key_id from scratch.${claimed} union select head_id from scratch.${claimed}) as claimed
         using (key_id)
     anti join (select key_id from scratch.${arrivals} union select key_id from scratch.${dated}) using (key_id)`,
  )
}

/**
 * `claims_before`: what the catalog has of claims in the touched webinars, and in which rows. `lost_claims` (key_id): the
 * keys of holders among them whom nobody equals now in what is claimed.
 */
async function findLostClaims(engine: Engine): Promise<void> {
  const together = 'list_sort(list_distinct(flatten(list([head_id, key_id])))) as claims'
  await engine.run(
    `create temp table claims_before as
     ${rowsWhere(`rollcall.${claimed}`, 'unit', unitsAs('unit'), 'rowid as row, *')}`,
  )
  await engine.run(
    `create temp table lost_claims as
     with
     before as (
         select ${together} from claims_before group by holder_id
     ),
     now as (
         select ${together} from scratch.${claimed} group by holder_id
     )
     select distinct unnest(claims) as key_id from before anti join now using (claims)`,
  )
}

/** Completes `known_keys`; where nothing is wanted, without looking through all keys. */
async function addKnownKeys(engine: Engine, column: string, wanted: string): Promise<void> {
  const [any] = await engine.rows(`select 1 from ${wanted} limit 1`)
  if (any === undefined) return
  await takeFewRows(engine, `rollcall.${identified}`, column, wanted, knownColumns)
  await engine.run(
    'insert into known_keys by name select few_rows.* from few_rows anti join known_keys using (key_id)',
  )
}

/** One holder each for persons that nothing was taken from. */
async function addHoldingPersons(engine: Engine): Promise<void> {
  const holding = `
     select key_id, person_id
     from known_keys
     where person_id is not null and person_id not in (select broken_persons.person_id from broken_persons)`
  await engine.run(
    `create temp table oldest_keys as
     select distinct person_id as key_id
     from (${holding})
     where person_id not in (select known_keys.key_id from known_keys)`,
  )
  await addKnownKeys(engine, 'key_id', 'oldest_keys')
  await engine.run(
    `insert into scratch.${claimed} by name
     select 'k' as holder, person_id as holder_id, person_id as head_id, key_id from (${holding})`,
  )
}

/** All keys of the others, and all outside who claim one of these. */
async function addBrokenPersons(engine: Engine): Promise<void> {
  const [broken] = await engine.rows('select 1 from broken_persons limit 1')
  if (broken === undefined) return
  await addKnownKeys(engine, 'person_id', 'broken_persons')
  // All keys of a holder were of one person: the one it is found by tells of all.
  const heads =
    'select key_id as head_id from known_keys where person_id in (select broken_persons.person_id from broken_persons)'
  await takeFewRows(engine, `rollcall.${claimed}`, 'head_id', heads)
  await engine.run(
    `insert into scratch.${claimed} by name
     select * exclude (row) from few_rows where unit not in (select touched_units.unit from touched_units)`,
  )
}

/**
 * After `person_keys_identified` is built: completes it by the keys outside whose person is another one now. Leaves the
 * temporary table `moved_persons` (person_id, person_id_now).
 */
export async function followMovedPersons(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table moved_persons as
     select known.person_id, any_value(now.person_id) as person_id_now
     from known_keys as known
     inner join scratch.${identified} as now using (key_id)
     where now.person_id <> known.person_id
         and known.person_id not in (select broken_persons.person_id from broken_persons)
     group by known.person_id`,
  )
  await addKnownKeys(engine, 'person_id', 'moved_persons')
  await engine.run(
    `insert into scratch.${identified} by name
     select known.* exclude (row) replace (moved.person_id_now as person_id)
     from known_keys as known
     inner join moved_persons as moved using (person_id)
     where known.key_id not in (select now.key_id from scratch.${identified} as now)`,
  )
}
