-- One row per account and strong key that somebody holds, numbered by age: the run in which it
-- first arrived, then the time of the first event, then the key. Decisions of the user come last,
-- so that they give nobody an id. The smallest number of a person's
-- keys gives the person's id.
with
claimed as (
    select distinct account_id, kind, key from intermediate.person_keys_claimed
),
arrivals as (
    select account_id, kind, key, arrival from staging.key_arrivals
    union all
    select account_id, kind, key, arrival from intermediate.person_keys_dated
),
final as (
    select
        row_number() over (
            order by
                claimed.account_id,
                claimed.kind = 'correction',
                arrivals.arrival nulls last,
                claimed.key,
                claimed.kind
        ) as key_number,
        claimed.*,
        arrivals.arrival,
        md5(concat_ws('|', 'person', claimed.account_id, claimed.kind, claimed.key))::uuid
            as would_be_id
    from claimed
    left join arrivals
        on arrivals.account_id = claimed.account_id
        and arrivals.kind = claimed.kind
        and arrivals.key = claimed.key
)
select * from final
