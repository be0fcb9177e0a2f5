-- One row per registration that brings a strong key: its registrant id and its e-mail, the latter
-- together with the name where the user said that several people share it (see connections_keyed),
-- and the ids of both as in staging.key_arrivals. `head_id` is what the registration is found by:
-- the e-mail, which stays the same from webinar to webinar, else the registrant id.
with
registrants as (
    select * from intermediate.registrants_merged
),
shared as (
    select distinct key from staging.corrections where action = 'share' and kind = 'email'
),
keyed as (
    select
        registrants.registrant_key,
        registrants.registrant_row_id,
        registrants.account_id,
        registrants.zoom_webinar_id,
        registrants.registrant_id,
        case
            when shared.key is null then registrants.email
            when not registrants.is_generic_name
                then concat(registrants.email, ' (', registrants.name_key, ')')
        end as email_key
    from registrants
    left join shared on shared.key = registrants.email
    where registrants.registrant_id is not null or registrants.email is not null
),
identified as (
    select
        *,
        case when registrant_id is not null
            then unhex(md5(concat_ws('|', 'person', account_id, 'registrant', registrant_id)))::uuid
        end as registrant_key_id,
        case when email_key is not null
            then unhex(md5(concat_ws('|', 'person', account_id, 'email', email_key)))::uuid
        end as email_key_id
    from keyed
    where registrant_id is not null or email_key is not null
),
final as (
    select *, coalesce(email_key_id, registrant_key_id) as head_id from identified
)
select * from final
