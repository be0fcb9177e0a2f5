import type { CorrectionTarget } from '../../transform/corrections.ts'
import { queryCatalog } from '../catalog.ts'

/** SQL for the key of a row of connections_cleaned, as the model connections_keyed compares it. */
export const rowKeySql = `coalesce(c.user_id,
  concat(strftime(make_timestamp(c.join_ms * 1000), '%Y-%m-%dT%H:%M:%SZ'), ' ', c.name))`

/**
 * What ids of participants and persons stand for: the strongest key, or of somebody without keys all rows. A person is
 * the key its id was made of, so aliases work too. Ids that the catalog does not know are absent from the result.
 */
export async function targetsOfIds(
  dataDir: string,
  ids: { kind: 'participant' | 'person'; id: string }[],
): Promise<Map<string, CorrectionTarget[]>> {
  const found = new Map<string, CorrectionTarget[]>()
  if (ids.length === 0) return found
  const { rows } = await queryCatalog(dataDir, idsSql, [JSON.stringify(ids)])
  for (const { asked, kind, key, instance_uuid } of rows as (CorrectionTarget & { asked: string })[])
    found.set(asked, [...(found.get(asked) ?? []), { kind, key, instance_uuid }])
  return found
}

const idsSql = `
  with asked as (
    select distinct one.kind || ':' || one.id as asked, one.kind, one.id::uuid as id
    from (select unnest(from_json($1::json, '[{"kind": "varchar", "id": "varchar"}]')) as one)
  ),
  strongest as (
    select participant_key,
      arg_min(kind, {'rank': list_position(['registrant', 'user', 'email'], kind), 'key': key}) as kind,
      arg_min(key, {'rank': list_position(['registrant', 'user', 'email'], kind), 'key': key}) as key
    from intermediate.participant_keys_owned where kind <> 'link' group by participant_key
  ),
  persons as (
    select asked, keys.kind, keys.key
    from asked join intermediate.person_keys_identified as keys on keys.key_id = asked.id and keys.person_id is not null
    where asked.kind = 'person' and keys.kind in ('registrant', 'user', 'email')
  ),
  participants as (
    select asked, personified.participant_key
    from asked join intermediate.participants_personified as personified on personified.participant_id = asked.id
    where asked.kind = 'participant'
    union all
    select asked, personified.participant_key
    from asked anti join persons using (asked)
    join intermediate.participants_personified as personified on personified.person_id = asked.id
    anti join strongest on strongest.participant_key = personified.participant_key
    where asked.kind = 'person'
  )
  select asked, kind, key, null as instance_uuid from persons
  union all
  select asked, strongest.kind, strongest.key, null from participants join strongest using (participant_key)
  union all
  select distinct asked, 'row', ${rowKeySql}, i.instance_uuid
  from participants anti join strongest using (participant_key)
  join intermediate.connections_identified as identified using (participant_key)
  join intermediate.connections_cleaned as c using (connection_key)
  join intermediate.instances_united as i on i.instance_key = c.instance_key
  order by all`
