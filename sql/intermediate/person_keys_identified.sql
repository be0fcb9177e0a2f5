-- One row per account and strong key that arrived or that the user's decisions make, with the
-- person it belongs to; null where nobody holds it. The person's id is the `key_id` of its oldest
-- key; those of its other keys are aliases. Kept in the catalog.
with
held as (
    select distinct key_number from intermediate.person_keys_held
),
numbered as (
    select * from intermediate.person_keys_numbered
),
younger as (
    select connected.key_number, oldest.key_id as person_id
    from intermediate.person_keys_connected as connected
    inner join numbered as oldest on oldest.key_number = connected.oldest_number
),
final as (
    select
        numbered.*,
        case when held.key_number is not null
            then coalesce(younger.person_id, numbered.key_id)
        end as person_id
    from numbered
    left join held on held.key_number = numbered.key_number
    left join younger on younger.key_number = numbered.key_number
)
select * from final
