import type { Engine } from './engine.ts'
import { rowsWhere } from './pruned.ts'
import { unitsAs } from './units.ts'

/*
 * Persons reach over webinars: whoever has a key in a touched webinar may have it in others, and what changed there may
 * make two persons one, or one two. Most people are all over a long history and stay who they are, so as little as
 * possible is looked at of what is outside of the touched webinars:
 *
 *   touched keys    keys that are claimed in the touched webinars, now or before
 *   their persons   who they belonged to so far. What held such a person together holds still, unless a holder in a
 *     │             touched webinar no longer claims what it claimed
 *     ├─ holding    one holder here that stands for all of them: it claims the touched keys and the oldest one, which
 *     │             gives the person's id. The models then find with whom the person is one now
 *     └─ broken     every key of the person, and every holder outside that claims one of these
 *   moved persons   holding ones that are part of an older person now: all their keys follow
 *   changed persons whose appearances are others now, broken, moved or joined: their appearances outside are needed to
 *                   say who they are. All others are who they were
 *
 * Holders outside keep the number they have in the catalog, negative here, so that they collide with nobody.
 *
 * What is looked up in a long history is found by the hashes first, numbers that are quickly looked through, and only
 * then by what they are hashes of.
 */

const keyed = 'account_id, kind, key, key_hash'
export const sameKey = (one: string, other: string) =>
  ['key_hash', 'kind', 'key', 'account_id'].map((name) => `${one}.${name} = ${other}.${name}`).join(' and ')

export const claimed = 'intermediate.person_keys_claimed'
export const identified = 'intermediate.person_keys_identified'

/** What the catalog says of keys; `wanted` as in `rowsWhere`. */
const knownKeys = (column: string, wanted: string) =>
  `select ${keyed}, arrival, would_be_id, person_id from (${rowsWhere(`rollcall.${identified}`, column, wanted)})`

export const hashOf = (person: string) => `(hash(${person}) & 2147483647)::int`

/**
 * After `key_arrivals` is built: makes of the first arrival in the scope the first of all. Leaves the temporary table
 * `known_arrivals`: the rows the catalog has of these keys.
 */
export async function widenArrivals(engine: Engine): Promise<void> {
  const arrivals = 'staging.key_arrivals'
  await engine.run(
    `create temp table known_arrivals as
     select known.*
     from (${rowsWhere(`rollcall.${arrivals}`, 'key_hash', `scratch.${arrivals}`)}) as known
     semi join scratch.${arrivals} as keys on ${sameKey('keys', 'known')}`,
  )
  await engine.run(
    `create or replace table scratch.${arrivals} as
     select account_id, kind, key, min(arrival) as arrival, key_hash
     from (
         select account_id, kind, key, arrival, key_hash from scratch.${arrivals}
         union all
         select account_id, kind, key, arrival, key_hash from known_arrivals
     )
     group by account_id, kind, key, key_hash`,
  )
}

/**
 * Before `person_keys_numbered` is built: adds the claims of persons that reach out of the scope, and when their keys
 * arrived. Leaves temporary tables `known_keys` (what the catalog says of the keys in the scope) and `broken_persons`
 * (person_id).
 */
export async function widenClaims(engine: Engine): Promise<void> {
  await findLostClaims(engine)
  // A key that nobody holds in the scope may have arrived earlier by what was read again.
  await engine.run(
    `create temp table touched_keys as
     select ${keyed} from scratch.${claimed}
     union
     select ${keyed} from lost_claims
     union
     select known.account_id, known.kind, known.key, known.key_hash
     from known_arrivals as known
     inner join scratch.staging.key_arrivals as now on ${sameKey('now', 'known')}
     where now.arrival <> known.arrival`,
  )
  await engine.run(
    `create temp table known_keys as
     select known.*
     from (${knownKeys('key_hash', 'touched_keys')}) as known
     semi join touched_keys on ${sameKey('touched_keys', 'known')}`,
  )
  await engine.run(
    `create temp table broken_persons as
     select distinct person_id from known_keys as known semi join lost_claims on ${sameKey('lost_claims', 'known')}`,
  )
  await addHoldingPersons(engine)
  await addBrokenPersons(engine)
  // Keys that are nobody's in the scope came when they came: their arrivals are known, those of combined keys too.
  await engine.run(
    `insert into scratch.intermediate.person_keys_dated by name
     select known.account_id, known.kind, known.key, known.arrival
     from known_keys as known
     anti join (
         select account_id, kind, key from scratch.staging.key_arrivals
         union
         select account_id, kind, key from scratch.intermediate.person_keys_dated
     ) as dated
         on dated.account_id = known.account_id and dated.kind = known.kind and dated.key = known.key
     where known.arrival is not null`,
  )
}

/** `lost_claims`: the keys of holders in the touched webinars whom nobody equals now in what is claimed. */
async function findLostClaims(engine: Engine): Promise<void> {
  const together = `list(concat_ws('|', account_id, kind, key) order by account_id, kind, key) as claims`
  await engine.run(
    `create temp table lost_claims as
     with
     claims as (
         select holder, holder_key, ${keyed}
         from (${rowsWhere(`rollcall.${claimed}`, 'zoom_webinar_id', unitsAs('zoom_webinar_id'))})
     ),
     before as (
         select holder, holder_key, ${together} from claims group by holder, holder_key
     ),
     now as (
         select distinct claims
         from (select ${together} from scratch.${claimed} group by holder, holder_key)
     ),
     lost as (
         select holder, holder_key from before anti join now using (claims)
     )
     select distinct ${keyed} from claims semi join lost using (holder, holder_key)`,
  )
}

/** One holder each for persons that nothing was taken from. */
async function addHoldingPersons(engine: Engine): Promise<void> {
  const holding = 'select * from known_keys anti join broken_persons using (person_id)'
  await engine.run(
    `insert into known_keys
     select oldest.*
     from (${knownKeys('would_be_id', `select person_id as would_be_id from (${holding})`)}) as oldest
     anti join known_keys as known on ${sameKey('known', 'oldest')}`,
  )
  await engine.run(
    `insert into scratch.${claimed} by name
     select 'k' as holder, -dense_rank() over (order by person_id) as holder_key, ${keyed}
     from (${holding})`,
  )
}

/** All keys of the others, and all outside who claim one of these. */
async function addBrokenPersons(engine: Engine): Promise<void> {
  const [broken] = await engine.rows('select 1 from broken_persons limit 1')
  if (broken === undefined) return
  await addKeysOf(engine, 'broken_persons')
  await engine.run(
    `create temp table broken_keys as
     select ${keyed} from known_keys semi join broken_persons using (person_id)`,
  )
  await engine.run(
    `insert into scratch.${claimed} by name
     select claimed.* replace (-claimed.holder_key as holder_key)
     from (${rowsWhere(`rollcall.${claimed}`, 'key_hash', 'broken_keys')}) as claimed
     semi join broken_keys as keys on ${sameKey('keys', 'claimed')}
     where claimed.zoom_webinar_id not in (select touched_units.unit from touched_units)`,
  )
}

/** Completes `known_keys` by all keys of some persons. */
async function addKeysOf(engine: Engine, persons: string): Promise<void> {
  const hashes = `select ${hashOf('person_id')} as person_hash from ${persons}`
  await engine.run(
    `insert into known_keys
     select keys.*
     from (${knownKeys('person_hash', hashes)}) as keys
     semi join ${persons} using (person_id)
     anti join known_keys as known on ${sameKey('known', 'keys')}`,
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
     anti join broken_persons on broken_persons.person_id = known.person_id
     inner join scratch.${identified} as now on ${sameKey('now', 'known')}
     where now.person_id <> known.person_id
     group by known.person_id`,
  )
  const [moved] = await engine.rows('select 1 from moved_persons limit 1')
  if (moved === undefined) return
  await addKeysOf(engine, 'moved_persons')
  await engine.run(
    `insert into scratch.${identified} by name
     select known.* replace (moved.person_id_now as person_id), ${hashOf('moved.person_id_now')} as person_hash
     from known_keys as known
     inner join moved_persons as moved using (person_id)
     anti join scratch.${identified} as now on ${sameKey('now', 'known')}`,
  )
}
