-- One row per connection: the group of rows it belongs to by rules alone, and how that was told.
-- `recognised_by`: 'key' (strong keys, a forwarded link's group or a decision of the user); 'name'
-- (no key, but exactly one participant with keys has this name); 'own_name' (no key, nobody with
-- keys has the name: all such rows are one group); 'ambiguous_name' (two or more have it: the rows
-- are one group of their own, linked to nobody); 'nothing' (no key, and a name that is generic, or
-- that comes down to one word which is part of two or more other names of the instance, as the
-- first name of several is, or that three had at once, see names_crowded: each row is its own
-- group). `participant_key` is the connection_key of the group's first row.
with
connections as (
    select connection_key, instance_key, match_key, is_generic_name
    from intermediate.connections_cleaned
),
keyed as (
    select * from intermediate.connections_keyed
),
-- A combination that one row has is called after that row.
tuples as (
    select unnest(connection_keys) as connection_key, tuple_key
    from intermediate.key_tuples_distinct
    where len(connection_keys) > 1
),
connected as (
    select * from intermediate.key_tuples_connected
),
placed as (
    select
        connections.*,
        coalesce(
            connected.component_key,
            tuples.tuple_key,
            case when keyed.has_key then connections.connection_key end
        ) as component_key,
        keyed.is_parted
    from connections
    inner join keyed on keyed.connection_key = connections.connection_key
    left join tuples on tuples.connection_key = connections.connection_key
    left join connected
        on connected.tuple_key = coalesce(tuples.tuple_key, connections.connection_key)
),
distinct_names as (
    select distinct instance_key, match_key
    from placed
    where component_key is null and not is_generic_name
),
keyless_names as (
    select
        distinct_names.*,
        list_filter(
            string_split(distinct_names.match_key, ' '),
            lambda word: not list_contains(qualifiers.words, word)
        ) as words
    from distinct_names
    cross join (select list(word) as words from intermediate.name_qualifiers) as qualifiers
),
single_words as (
    select instance_key, match_key, words[1] as word from keyless_names where len(words) < 2
),
spelled as (
    select distinct placed.instance_key, placed.match_key
    from placed
    inner join (select distinct instance_key from single_words) as instances
        on instances.instance_key = placed.instance_key
    where not placed.is_generic_name and contains(placed.match_key, ' ')
),
words as (
    select instance_key, match_key, unnest(list_distinct(string_split(match_key, ' '))) as word
    from spelled
),
shared_words as (
    select single_words.instance_key, single_words.match_key
    from single_words
    inner join words
        on words.instance_key = single_words.instance_key
        and words.word = single_words.word
        and words.match_key <> single_words.match_key
    group by single_words.instance_key, single_words.match_key
    having count(*) > 1
),
-- Only names that a row without key has are looked for among those with keys.
candidates as (
    select placed.instance_key, placed.match_key, min(placed.component_key) as component_key,
        max(placed.component_key) > min(placed.component_key) as is_ambiguous
    from placed
    semi join distinct_names
        on distinct_names.instance_key = placed.instance_key
        and distinct_names.match_key = placed.match_key
    where
        placed.component_key is not null
        and not placed.is_generic_name
        and not placed.is_parted
    group by placed.instance_key, placed.match_key
),
judged as (
    select
        placed.connection_key,
        placed.instance_key,
        placed.match_key,
        case
            when placed.is_generic_name or shared_words.match_key is not null
                or crowded.match_key is not null then 'nothing'
            when candidates.is_ambiguous then 'ambiguous_name'
            when not candidates.is_ambiguous then 'name'
            else 'own_name'
        end as recognised_by,
        candidates.component_key
    from placed
    left join shared_words
        on shared_words.instance_key = placed.instance_key
        and shared_words.match_key = placed.match_key
    left join intermediate.names_crowded as crowded
        on crowded.instance_key = placed.instance_key and crowded.match_key = placed.match_key
    left join candidates
        on candidates.instance_key = placed.instance_key and candidates.match_key = placed.match_key
    where placed.component_key is null
),
-- A component is called after its first row with keys; one that it has by name may be earlier.
by_component as (
    select component_key, min(connection_key) as first_key
    from judged
    where recognised_by = 'name'
    group by component_key
),
by_name as (
    select instance_key, match_key, min(connection_key) as participant_key
    from judged
    where recognised_by in ('own_name', 'ambiguous_name')
    group by instance_key, match_key
),
final as (
    select
        placed.connection_key,
        placed.instance_key,
        least(placed.component_key, by_component.first_key) as participant_key,
        'key' as recognised_by
    from placed
    left join by_component on by_component.component_key = placed.component_key
    where placed.component_key is not null
    union all
    select
        judged.connection_key,
        judged.instance_key,
        case judged.recognised_by
            when 'nothing' then judged.connection_key
            when 'name' then least(judged.component_key, by_component.first_key)
            else by_name.participant_key
        end as participant_key,
        judged.recognised_by
    from judged
    left join by_component on by_component.component_key = judged.component_key
    left join by_name
        on by_name.instance_key = judged.instance_key and by_name.match_key = judged.match_key
)
select * from final
