-- One row per registration and strong key it brings: its registrant id, and its e-mail, together
-- with the name where the user said that several people share it (see connections_keyed).
with
registrants as (
    select * from intermediate.registrants_merged
),
shared as (
    select distinct key from staging.corrections where action = 'share' and kind = 'email'
),
final as (
    select registrant_key, registrant_row_id, account_id, zoom_webinar_id, 'registrant' as kind,
        registrant_id as key
    from registrants
    where registrant_id is not null
    union all
    select
        registrants.registrant_key,
        registrants.registrant_row_id,
        registrants.account_id,
        registrants.zoom_webinar_id,
        'email' as kind,
        case
            when shared.key is null then registrants.email
            else concat(registrants.email, ' (', registrants.name_key, ')')
        end as key
    from registrants
    left join shared on shared.key = registrants.email
    where
        registrants.email is not null
        and not (shared.key is not null and registrants.is_generic_name)
)
select * from final
