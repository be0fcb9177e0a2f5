-- One row per registration and strong key it brings: its registrant id, and its e-mail as in
-- registrants_keyed.
with
keyed as not materialized (
    select * from intermediate.registrants_keyed
),
final as (
    select registrant_key, registrant_row_id, account_id, zoom_webinar_id, 'registrant' as kind,
        registrant_id as key
    from keyed
    where registrant_id is not null
    union all
    select registrant_key, registrant_row_id, account_id, zoom_webinar_id, 'email', email_key
    from keyed
    where email_key is not null
)
select * from final
