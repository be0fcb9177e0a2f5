-- One row per webinar id that a configured account has answered for: the account it belongs to. A
-- CSV imported before any account was configured carries the account 'local'; its webinar id
-- decides.
-- Kept as a table: every other staging view joins it.
with
seen as (
    select webinar_id, account_id from raw.captures
    union all
    select webinar_id, account_id from raw.instances
    union all
    select webinar_id, account_id from raw.webinars
),
final as (
    select webinar_id, min(account_id) as account_id
    from seen
    where webinar_id is not null and account_id <> 'local'
    group by webinar_id
)
select * from final
