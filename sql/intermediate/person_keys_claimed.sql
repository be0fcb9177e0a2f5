-- One row per holder and strong key across all instances: what participants own, what registrations
-- bring (registrant id and e-mail), and the registration a participant came from. Holders are 'p'
-- (participant_key), 'r' (registrant_key).
with
instances as (
    select instance_key, account_id from intermediate.instances_united
),
registrants as (
    select * from intermediate.registrants_merged
),
registration_keys as (
    select registrant_key, account_id, 'registrant' as kind, registrant_id as key
    from registrants
    where registrant_id is not null
    union all
    select registrant_key, account_id, 'email' as kind, email as key
    from registrants
    where email is not null
),
claims as (
    select 'p' as holder, owned.participant_key as holder_key, instances.account_id, owned.kind,
        owned.key
    from intermediate.participant_keys_owned as owned
    inner join instances using (instance_key)
    where owned.kind <> 'link'
    union
    select 'p' as holder, registered.participant_key as holder_key, keys.account_id, keys.kind,
        keys.key
    from intermediate.participants_registered as registered
    inner join registration_keys as keys using (registrant_key)
    union
    select 'r' as holder, registrant_key as holder_key, account_id, kind, key from registration_keys
),
final as (
    select * from claims
)
select * from final
