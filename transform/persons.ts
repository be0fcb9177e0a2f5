import { Doubt } from './doubt.ts'
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
 *     │             gives the person's id. The models then find with whom the person is one now. What that key is, is
 *     │             looked for of joined persons only: of the others it is enough that it is older than the rest
 *     └─ broken     every key of the person, and every holder outside that claims one of these
 *   joined persons  holding ones that may be one with somebody else now, or have an older key
 *   moved persons   those of them that are part of an older person now: all their keys follow
 *   changed persons whose appearances are others now, broken, moved or joined: see personAppearances.ts. All others are
 *                   who they were
 */

export const claimed = 'intermediate.person_keys_claimed'
export const identified = 'intermediate.person_keys_identified'
const arrivals = 'staging.key_arrivals'
const dated = 'intermediate.person_keys_dated'
const grouped = 'intermediate.person_keys_grouped'

/** What the catalog says of a key, of which `known_keys` has the row too. */
const knownColumns = ['key_id', 'account_id', 'kind', 'key', 'run_ms', 'event_ms', 'person_id']

/** The two halves of `arrival` in one, see `person_keys_identified`. */
const arrivalIn = (keys: string) => `(${keys}.run_ms::hugeint * (1::hugeint << 43) + ${keys}.event_ms)`

/**
 * After `key_arrivals` is built: makes of the first arrival in the scope the first of all. Leaves the temporary table
 * `known_keys`: the rows the catalog has of keys.
 */
export async function widenArrivals(engine: Engine): Promise<void> {
  // What the key is says the scope too, and texts of keys are all over the table.
  const columns = 'rowid as row, key_id, run_ms, event_ms, person_id'
  await engine.run(
    `create temp table known_keys as
     select known.row, key_id, now.account_id, now.kind, now.key, known.run_ms, known.event_ms, known.person_id
     from (${rowsWhere(`rollcall.${identified}`, 'key_id', `scratch.${arrivals}`, columns)}) as known
     inner join scratch.${arrivals} as now using (key_id)`,
  )
  await engine.run(
    `create or replace table scratch.${arrivals} as
     select now.* replace (least(now.arrival, ${arrivalIn('known')}) as arrival)
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
  // One holder each for persons that nothing was taken from.
  await engine.run(
    `insert into scratch.${claimed} by name
     select 'k' as holder, person_id as holder_id, person_id as head_id, key_id from (${holding})`,
  )
  await dateKnownKeys(engine)
}

/** Persons that nothing was taken from, with their known keys. */
const holding = `
     select *
     from known_keys
     where person_id is not null and person_id not in (select broken_persons.person_id from broken_persons)`

/** Keys that nobody has read in the scope came when they came, also those that decisions make. */
async function dateKnownKeys(engine: Engine): Promise<void> {
  await engine.run(
    `insert into scratch.${dated} by name
     select known.key_id, known.account_id, known.kind, known.key, ${arrivalIn('known')} as arrival
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
  await takeKeys(engine, column, wanted)
  await engine.run(
    'insert into known_keys by name select few_rows.* from few_rows anti join known_keys using (key_id)',
  )
}

/** `few_rows` of the catalog's keys. */
async function takeKeys(engine: Engine, column: string, wanted: string): Promise<void> {
  const others = knownColumns.filter((name) => name !== column).join(', ')
  await takeFewRows(engine, `rollcall.${identified}`, column, wanted, others)
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
 * After `person_keys_grouped` is built: sees to it that the oldest key of every person is dated. Leaves temporary tables
 * `joined_persons` (person_id), `joined_keys`, the rows the catalog has of all their keys, and `stand_ins` (key_id): oldest
 * keys of the other persons, of which nothing is said but that they are the oldest.
 */
export async function dateOldestKeys(engine: Engine): Promise<void> {
  await findJoinedPersons(engine)
  await engine.run('create temp table joined_keys as from known_keys limit 0')
  const [joined] = await engine.rows('select 1 from joined_persons limit 1')
  if (joined !== undefined) {
    await takeKeys(engine, 'person_id', 'joined_persons')
    await engine.run('insert into joined_keys by name select * from few_rows')
    await engine.run(
      `insert into known_keys by name
       select joined_keys.* from joined_keys anti join known_keys using (key_id)
       where joined_keys.key_id = joined_keys.person_id`,
    )
    await dateKnownKeys(engine)
  }
  await engine.run(
    `create temp table stand_ins as
     select person_id as key_id, any_value(account_id) as account_id, min(${arrivalIn('holding')}) - 1 as arrival
     from (${holding}) as holding
     where person_id not in (select joined_persons.person_id from joined_persons)
         and person_id not in (select known_keys.key_id from known_keys)
     group by person_id`,
  )
  await engine.run(
    `insert into scratch.${dated} by name
     select key_id, account_id, 'oldest' as kind, key_id::varchar as key, arrival from stand_ins`,
  )
}

/**
 * A person is sure to stay who it is where all keys it is one with are its own, and no older than they were, or younger
 * than one of its own, and so than its oldest one, too.
 */
async function findJoinedPersons(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table joined_persons as
     with
     keys as (
         select key_id, arrival from scratch.${arrivals} union all select key_id, arrival from scratch.${dated}
     ),
     heads as (
         select distinct head_id from scratch.${claimed}
     ),
     placed as (
         select keys.key_id, keys.arrival, coalesce(grouped.group_id, heads.head_id) as group_id
         from keys
         left join scratch.${grouped} as grouped on grouped.key_id = keys.key_id
         left join heads on heads.head_id = keys.key_id
     ),
     persons as (
         select
             holding.person_id,
             coalesce(any_value(grouped.group_id), holding.person_id) as group_id,
             min(${arrivalIn('holding')}) as arrival
         from (${holding}) as holding
         left join scratch.${grouped} as grouped on grouped.key_id = holding.person_id
         group by holding.person_id
     ),
     sure as (
         select persons.person_id
         from persons
         inner join placed on placed.group_id = persons.group_id
         left join known_keys as known on known.key_id = placed.key_id
         group by persons.person_id
         having bool_and(coalesce(
             case
                 when known.person_id = persons.person_id then placed.arrival >= ${arrivalIn('known')}
                 when known.person_id is not null then false
                 -- What never arrived is younger than all that did.
                 when placed.arrival is null then persons.arrival is not null
                 else placed.arrival > persons.arrival
             end,
             false
         ))
     )
     select person_id
     from persons
     where person_id not in (select sure.person_id from sure)
         or person_id in (
             select keys.key_id from keys where keys.key_id not in (select known_keys.key_id from known_keys)
         )`,
  )
}

/**
 * After `person_keys_identified` is built: completes it by the keys outside whose person is another one now, and takes
 * out those that stood in for what the catalog has. Leaves the temporary table `moved_persons` (person_id, person_id_now).
 */
export async function followMovedPersons(engine: Engine): Promise<void> {
  await engine.run(
    `delete from scratch.${identified} where key_id in (select stand_ins.key_id from stand_ins)`,
  )
  await engine.run(
    `create temp table moved_persons as
     select known.person_id, any_value(now.person_id) as person_id_now
     from known_keys as known
     inner join scratch.${identified} as now using (key_id)
     where now.person_id <> known.person_id
         and known.person_id not in (select broken_persons.person_id from broken_persons)
     group by known.person_id`,
  )
  const [missed] = await engine.rows(
    'select 1 from moved_persons anti join joined_persons using (person_id) limit 1',
  )
  if (missed !== undefined) throw new Doubt('a person moved that was sure to stay')
  await engine.run(
    `insert into known_keys by name
     select joined_keys.*
     from joined_keys
     semi join moved_persons using (person_id)
     anti join known_keys using (key_id)`,
  )
  await engine.run(
    `insert into scratch.${identified} by name
     select known.* exclude (row) replace (moved.person_id_now as person_id)
     from known_keys as known
     inner join moved_persons as moved using (person_id)
     where known.key_id not in (select now.key_id from scratch.${identified} as now)`,
  )
}
