-- One row per participant and strong key that it has beside those of the registration it came from:
-- of what it owns, and of what the user decided to be one. `key_id` as in staging.key_arrivals.
-- Most of what a participant owns its registration brings too, and is said there.
with
participants as (
    select participant_key, account_id from intermediate.participants_named
),
registered as (
    select registered.participant_key, keys.registrant_id, keys.email_key
    from intermediate.participants_registered as registered
    inner join intermediate.registrants_keyed as keys using (registrant_key)
),
added as (
    select owned.participant_key, owned.kind, owned.key
    from intermediate.participant_keys_owned as owned
    left join registered using (participant_key)
    -- A forwarded link holds in its instance only. Said here it is not looked at before the join,
    -- which would expect a fifth of the rows and put these into the hash table.
    where owned.key is distinct from case owned.kind
        when 'registrant' then registered.registrant_id
        when 'email' then registered.email_key
        when 'link' then owned.key
    end
    union all
    select holder_key, kind, key from intermediate.person_keys_corrected where holder = 'p'
),
final as (
    select
        added.participant_key,
        added.kind,
        unhex(md5(concat_ws('|', 'person', participants.account_id, added.kind, added.key)))::uuid
            as key_id
    from added
    inner join participants using (participant_key)
)
select * from final
