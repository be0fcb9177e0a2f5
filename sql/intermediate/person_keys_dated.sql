-- One row per key of intermediate.person_keys_decided, with when it arrived, to go with
-- staging.key_arrivals.
with
arrivals as (
    select * from staging.key_arrivals
),
-- A history that is built in parts says the same decision in several of them.
decided as (
    select distinct * from intermediate.person_keys_decided
),
final as (
    select
        decided.account_id, decided.kind, decided.key,
        coalesce(arrivals.arrival, decided.arrival) as arrival,
        md5(concat_ws('|', 'person', decided.account_id, decided.kind, decided.key))::uuid as key_id
    from decided
    left join arrivals
        on arrivals.account_id = decided.account_id
        and arrivals.kind = decided.kind
        and arrivals.key = decided.shared_key
)
select * from final
