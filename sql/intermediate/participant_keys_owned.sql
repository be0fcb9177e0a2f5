-- One row per participant, kind of key and key it owns: 'registrant', 'user', 'email', or 'link'
-- for the group of a forwarded link, which holds within its instance only. Suspended keys of a
-- forwarded link are owned by nobody here.
with
identified as (
    select connection_key, participant_key from intermediate.connections_identified
),
-- A key is one participant's, so its first connection tells whose.
final as (
    select identified.participant_key, keys.instance_key, keys.kind, keys.key
    from intermediate.tuple_keys_gathered as keys
    inner join identified on identified.connection_key = keys.head_key
    -- Of both sides, so that it is not looked at before the join: a fifth of the keys would be
    -- expected to be left, and these, with their texts, be put into the hash table.
    where keys.kind <> 'row' or identified.connection_key is null
)
select * from final
