-- One row per pair of names worth comparing within an instance: a group without strong key
-- (`unit_key`) and whom it might be (`other_side`, `other_key`). Only names that share a block are
-- paired: the beginning of one word with the initial of another, which survives turned order,
-- initials, slips, pet names and transliteration; or, where one name is a single word, that word.
-- Of two keyless groups the later one is compared with the earlier. Devices are
-- paired with the two of their name that left last before they joined, telephone numbers with the
-- one, so everything stays linear: a block of more than 40 names says too little to be worth the
-- pairs and is left out.
with
names as (
    select *, row_number() over () as name_number from intermediate.link_names_gathered
),
spelled as (
    select
        instance_key,
        side,
        unit_key,
        name_number,
        list_slice(tokens, 1, 6) as words,
        len(tokens) = 1 as is_single
    from names
    where not is_generic_name
),
keys as (
    select
        * exclude (words),
        unnest(list_distinct(flatten(list_transform(
            words,
            lambda word: list_transform(
                list_filter(words, lambda other: other <> word),
                lambda other: word[1:4] || '|' || other[1]
            )
        )))) as block_key
    from spelled
    where not is_single
    union all
    select * exclude (words), unnest(words) as block_key from spelled
),
keyless_blocks as (
    select distinct instance_key, block_key from keys where side = 'keyless'
),
blocks as (
    select keys.instance_key, keys.block_key, list(distinct (keys.side, keys.unit_key)) as members
    from keys
    inner join keyless_blocks using (instance_key, block_key)
    group by keys.instance_key, keys.block_key
    having len(members) between 2 and 40
),
blocked as (
    select keys.*
    from keys
    semi join blocks
        on blocks.instance_key = keys.instance_key and blocks.block_key = keys.block_key
),
-- Numbers until each pair is there once: names share several blocks.
pairs_of_numbers as (
    select distinct one.name_number, other.name_number as other_number
    from blocked as one
    inner join blocked as other
        on other.instance_key = one.instance_key
        and other.block_key = one.block_key
    where
        one.side = 'keyless'
        and (other.side <> 'keyless' or other.unit_key < one.unit_key)
        and (contains(one.block_key, '|') or one.is_single or other.is_single)
),
pairs_by_name as (
    select
        one.instance_key,
        one.unit_key,
        other.side as other_side,
        other.unit_key as other_key,
        one.name_key,
        other.name_key as other_name_key,
        one.tokens,
        other.tokens as other_tokens,
        other.mail_name
    from pairs_of_numbers as pairs
    inner join names as one on one.name_number = pairs.name_number
    inner join names as other on other.name_number = pairs.other_number
),
devices as (
    select names.instance_key, names.unit_key, names.name_key, connections.join_ms,
        connections.leave_ms
    from names
    inner join intermediate.connections_cleaned as connections
        on connections.connection_key = names.unit_key
    where names.side = 'keyless' and names.is_generic_name and names.name_key <> ''
),
drops as (
    select
        *,
        row_number() over (
            partition by instance_key, name_key order by leave_ms, unit_key
        ) as position
    from devices
    where leave_ms is not null
),
latest_drops as (
    select instance_key, name_key, leave_ms, max(position) as position
    from drops
    group by instance_key, name_key, leave_ms
),
returns as (
    select devices.*, latest_drops.position
    from devices
    asof join latest_drops
        on latest_drops.instance_key = devices.instance_key
        and latest_drops.name_key = devices.name_key
        and latest_drops.leave_ms <= devices.join_ms
),
pairs_of_devices as (
    select
        returns.instance_key,
        returns.unit_key,
        'keyless' as other_side,
        drops.unit_key as other_key,
        returns.name_key,
        drops.name_key as other_name_key,
        null::varchar[] as tokens,
        null::varchar[] as other_tokens,
        null as mail_name
    from returns
    inner join drops
        on drops.instance_key = returns.instance_key
        and drops.name_key = returns.name_key
        and drops.position between
            returns.position
            - case when regexp_full_match(returns.name_key, '[0-9x ]{7,}') then 0 else 1 end
            and returns.position
        and drops.unit_key < returns.unit_key
),
final as (
    select * from pairs_by_name
    union all
    select * from pairs_of_devices
)
select * from final
