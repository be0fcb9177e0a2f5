-- One row per account and strong key that somebody holds: the person it belongs to. The person's id
-- is what its oldest key alone would give; the would-be ids of its other keys are aliases. The
-- hashes are what a build of one day finds a key and the keys of a person by. Kept in the catalog.
with
held as (
    select distinct key_number from intermediate.person_keys_held
),
numbered as (
    select
        *,
        md5(concat_ws('|', 'person', account_id, kind, key))::uuid as would_be_id
    from intermediate.person_keys_numbered
    semi join held using (key_number)
),
connected as (
    select * from intermediate.person_keys_connected
),
final as (
    select
        numbered.*,
        oldest.would_be_id as person_id,
        (hash(numbered.account_id, numbered.kind, numbered.key) & 2147483647)::int as key_hash,
        (hash(oldest.would_be_id) & 2147483647)::int as person_hash
    from numbered
    left join connected on connected.key_number = numbered.key_number
    inner join numbered as oldest
        on oldest.key_number = coalesce(connected.oldest_number, numbered.key_number)
)
select * from final
