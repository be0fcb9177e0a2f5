-- One row per key that comes of decisions of the user, as it stands here and not in the raw files.
-- An e-mail or account user together with a name came when it came itself (`shared_key`), which
-- only all raw files together tell. Of the others `arrival` says when: a participant's own key came
-- with its first row, and after all keys that name somebody; what a decision says is one never
-- came.
with
shared as (
    select distinct kind, key from staging.corrections where action = 'share'
),
-- A key together with a name is written "key (name)".
combined as (
    select distinct account_id, kind, key
    from intermediate.registrant_keys_owned
    where kind = 'email' and contains(key, ' (')
    union
    select distinct instances.account_id, owned.kind, owned.key
    from intermediate.participant_keys_owned as owned
    inner join intermediate.instances_united as instances using (instance_key)
    where owned.kind in ('email', 'user') and contains(owned.key, ' (')
),
final as (
    select
        combined.account_id, combined.kind, combined.key, shared.key as shared_key,
        null::hugeint as arrival
    from combined
    inner join shared
        on shared.kind = combined.kind
        and shared.key = regexp_replace(combined.key, ' \(.*\)$', '')
        and shared.key <> combined.key
    union all
    select
        corrected.account_id, corrected.kind, corrected.key, null,
        (1::hugeint << 86) + coalesce(min(described.first_join_ms), 0)
    from intermediate.person_keys_corrected as corrected
    inner join intermediate.participants_described as described
        on described.participant_key = corrected.holder_key
    where corrected.holder = 'p' and corrected.kind = 'participant'
    group by corrected.account_id, corrected.kind, corrected.key
    union all
    select distinct account_id, kind, key, null, null
    from intermediate.person_keys_corrected
    where kind = 'correction'
)
select * from final
