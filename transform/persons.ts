import type { Engine } from './engine.ts'
import { rowsWhere } from './pruned.ts'
import { instanceIds, webinarIds } from './units.ts'

/*
 * Persons reach over webinars: whoever has a key in a touched webinar may have it in others, and what changed there may
 * make two persons one, or one two. So the models of persons are built from the claims of
 *
 *   touched keys    keys that are claimed in the touched webinars
 *   their persons   who they belonged to so far, and who was in the touched webinars
 *   all their keys  every key of these persons: closed, because a holder's keys are all of one person
 *   their holders   whoever holds one of these keys, in the touched webinars and outside of them
 *
 * Holders outside keep the number they have in the catalog, negative here, so that they collide with nobody.
 *
 * Each of these is found by the hashes first, numbers that are quickly looked through in a long history, and only then
 * by what they are hashes of.
 */

const keyed = 'account_id, kind, key, key_hash'
export const sameKey = (one: string, other: string) =>
  ['key_hash', 'kind', 'key', 'account_id'].map((name) => `${one}.${name} = ${other}.${name}`).join(' and ')

/**
 * Before `person_keys_numbered` is built: adds the claims of holders outside of the scope, and when their keys
 * arrived. Leaves temporary tables `person_keys` (the keys closed over), `known_keys` (those of them that the catalog
 * has, as it has them), `touched_persons` (the hashes of whom they were) and `present_persons` (who was in the touched
 * webinars, also without any key).
 */
export async function widenClaims(engine: Engine): Promise<void> {
  const claimed = 'intermediate.person_keys_claimed'
  const identified = 'rollcall.intermediate.person_keys_identified'
  await engine.run(`create temp table touched_keys as select distinct ${keyed} from scratch.${claimed}`)
  await engine.run(
    `create temp table present_persons as
     select person_id from (${rowsWhere('rollcall.marts.zoom_participants', 'instance_id', instanceIds)})
     union
     select person_id from (${rowsWhere('rollcall.marts.zoom_registrants', 'webinar_id', webinarIds)})
     where person_id is not null`,
  )
  // Two keys or persons of one hash are both taken: whoever is looked at needlessly, with all keys, stays as he is.
  await engine.run(
    `create temp table touched_persons as
     select person_hash from (${rowsWhere(identified, 'key_hash', 'touched_keys')})
     union
     select (hash(person_id) & 2147483647)::int from present_persons`,
  )
  await engine.run(
    `create temp table known_keys as
     select ${keyed}, arrival, would_be_id, person_id
     from (${rowsWhere(identified, 'person_hash', 'touched_persons')})`,
  )
  await engine.run(
    `create temp table person_keys as
     select ${keyed} from touched_keys
     union
     select ${keyed} from known_keys`,
  )
  await engine.run(
    `insert into scratch.${claimed} by name
     select claimed.* replace (-claimed.holder_key as holder_key)
     from (${rowsWhere(`rollcall.${claimed}`, 'key_hash', 'person_keys')}) as claimed
     semi join person_keys as keys on ${sameKey('keys', 'claimed')}
     where claimed.zoom_webinar_id not in (select touched_units.unit from touched_units)`,
  )
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
 * After `person_appearances` is built: adds the appearances outside of the scope of every person that has one in it, now
 * or before, each with the person it is now. Leaves the temporary table `moved_appearances` (holder, id, person_id, webinar_id,
 * instance_id): those outside whose person is another one now.
 */
export async function widenAppearances(engine: Engine): Promise<void> {
  const appearances = 'intermediate.person_appearances'
  await engine.run(
    `create temp table outside_appearances as
     with
     persons as (
         select claimed.holder, claimed.holder_key, any_value(identified.person_id) as person_id
         from scratch.intermediate.person_keys_claimed as claimed
         inner join scratch.intermediate.person_keys_identified as identified
             on ${sameKey('identified', 'claimed')}
         where claimed.holder_key < 0
         group by claimed.holder, claimed.holder_key
     )
     select known.* replace (-known.holder_key as holder_key, persons.person_id as person_id),
         known.person_id as person_id_before
     from (${rowsWhere(`rollcall.${appearances}`, 'person_hash', 'touched_persons')}) as known
     inner join persons on persons.holder = known.holder and persons.holder_key = -known.holder_key
     where known.webinar_id not in (select touched_webinars.id from touched_webinars)`,
  )
  await engine.run(
    `insert into scratch.${appearances} by name
     select * exclude (person_id_before) replace ((hash(person_id) & 2147483647)::int as person_hash)
     from outside_appearances`,
  )
  await engine.run(
    `create temp table moved_appearances as
     select holder, id, person_id, person_id_before, webinar_id, instance_id
     from outside_appearances
     where person_id <> person_id_before`,
  )
}
