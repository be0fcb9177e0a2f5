-- One row per participant: what speaks against its rows being all the rows of one person and only
-- that person's. `rival`: how probably the likeliest of those it was compared with and not linked
-- is the same person, by `link_rates`. `is_replaced`: a participant without keys after whose last
-- leave, or before whose first join, somebody else without keys came or left within a minute, as
-- people do who return under another name.
with
identified as (
    select connection_key, participant_key from intermediate.connections_identified
),
compared as (
    select
        one.participant_key,
        other.participant_key as other_participant_key,
        rates.share
    from intermediate.link_pairs_compared as pairs
    inner join intermediate.link_rates as rates
        on rates.name_level = pairs.name_level and rates.time_level = pairs.time_level
    inner join identified as one on one.connection_key = pairs.unit_key
    inner join identified as other on other.connection_key = pairs.other_key
    where pairs.other_side <> 'registrant' and one.participant_key <> other.participant_key
),
rivals as (
    select participant_key, max(share) as rival
    from (
        select participant_key, share from compared
        union all
        select other_participant_key, share from compared
    )
    group by participant_key
),
keyless as (
    select
        identified.participant_key,
        any_value(connections.instance_key) as instance_key,
        min(connections.join_ms) as first_join_ms,
        max(connections.leave_ms) as last_leave_ms
    from identified
    inner join intermediate.connections_cleaned as connections using (connection_key)
    anti join intermediate.participant_keys_owned as owned
        on owned.participant_key = identified.participant_key
    group by identified.participant_key
),
-- Counted by moment, not paired: several may come or leave in the same one.
arrivals as (
    select
        instance_key, first_join_ms, count(*) as participants, min(participant_key) as a_participant
    from keyless
    where first_join_ms is not null
    group by instance_key, first_join_ms
),
followed as (
    select
        earlier.participant_key,
        arrivals.instance_key,
        arrivals.first_join_ms,
        arrivals.participants,
        arrivals.a_participant
    from keyless as earlier
    asof join arrivals
        on arrivals.instance_key = earlier.instance_key
        and arrivals.first_join_ms >= earlier.last_leave_ms
    where arrivals.first_join_ms <= earlier.last_leave_ms + 60000
),
departures as (
    select
        instance_key, first_join_ms, count(*) as participants, min(participant_key) as a_participant
    from followed
    group by instance_key, first_join_ms
),
replaced as (
    select participant_key
    from followed
    where participants > 1 or a_participant <> participant_key
    union
    select keyless.participant_key
    from keyless
    inner join departures
        on departures.instance_key = keyless.instance_key
        and departures.first_join_ms = keyless.first_join_ms
    where departures.participants > 1 or departures.a_participant <> keyless.participant_key
),
participants as (
    select distinct participant_key from identified
),
final as (
    select
        participants.participant_key,
        coalesce(rivals.rival, 0) as rival,
        replaced.participant_key is not null as is_replaced
    from participants
    left join rivals on rivals.participant_key = participants.participant_key
    left join replaced on replaced.participant_key = participants.participant_key
)
select * from final
