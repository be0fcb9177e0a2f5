/** Every connection of available instances with who it truly was. Throws (as DuckDB does) on another file. */
export function truthSql(truthPath: string): string {
  return `create table truth_rows as
    with lines as (
      select * from read_json('${truthPath.replaceAll("'", "''")}', columns = {
        zoom_uuid: 'varchar', is_available: 'boolean', participant: 'varchar', human: 'varchar', kind: 'varchar',
        user_ids: 'varchar[]'
      })
      where is_available
    ),
    told as (select zoom_uuid, participant as truth, human, kind, unnest(user_ids) as user_id from lines)
    select connections.*, told.truth, told.human,
      case when bool_or(coalesce(registrant_id, zoom_user_id, email) is not null) over (partition by told.truth)
        then 'key_on_a_row' else 'no_key_on_any_row' end as keyed,
      told.kind
    from told
    join rollcall.intermediate.instances_united as instances on instances.instance_uuid = told.zoom_uuid
    join rollcall.intermediate.connections_cleaned as connections
      on connections.instance_key = instances.instance_key and connections.user_id = told.user_id`
}

/**
 * The simpler rules, as SQL over a connection: what each takes for a person. A row it says nothing about is nobody
 * else's.
 */
const rules: Readonly<Record<string, string>> = {
  'e-mail only': "coalesce('e:' || email, 'row:' || connection_key)",
  user_id: "coalesce('j:' || user_id, 'row:' || connection_key)",
  'e-mail or name': "coalesce('e:' || email, 'n:' || lower(trim(name)), 'row:' || connection_key)",
  'e-mail, name or id':
    "coalesce('e:' || email, 'n:' || lower(trim(name)), 'u:' || zoom_user_id, 'j:' || user_id, 'row:' || connection_key)",
  'registrant, account, e-mail or name':
    "coalesce('r:' || registrant_id, 'u:' || zoom_user_id, 'e:' || email, 'n:' || lower(trim(name)), 'row:' || connection_key)",
}

/** `labels`: each row's participant and person by each method. `judged_participants`: ours, and whether right. */
export const labelsSql: readonly string[] = [
  `create table labels as
    select 'rollcall' as method, truth_rows.instance_key, connection_key, truth, human, kind, keyed,
      identified.participant_key::varchar as participant, personified.person_id::varchar as person
    from truth_rows
    join rollcall.intermediate.connections_identified as identified using (connection_key)
    join rollcall.intermediate.participants_personified as personified using (participant_key)
    ${Object.entries(rules)
      .map(
        ([method, label]) => `union all
    select '${method}', instance_key, connection_key, truth, human, kind, keyed, ${label}, ${label} from truth_rows`,
      )
      .join('\n')}`,
  `create table judged_participants as
    with ours as (
      select participant, truth, count(*) as n from labels where method = 'rollcall' group by all
    ),
    true_sizes as (select truth, count(*) as n from truth_rows group by all),
    judged as (
      select participant::bigint as participant_key,
        count(*) = 1 and bool_and(ours.n = true_sizes.n) as is_right
      from ours join true_sizes using (truth) group by all
    )
    select judged.*, described.identity_method, trusted.identity_confidence
    from judged join rollcall.intermediate.participants_described as described using (participant_key)
    join rollcall.intermediate.participants_trusted as trusted using (participant_key)`,
]
