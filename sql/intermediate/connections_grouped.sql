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
tuples as (
    select unnest(connection_keys) as connection_key, tuple_key
    from intermediate.key_tuples_distinct
),
connected as (
    select * from intermediate.key_tuples_connected
),
placed as (
    select
        connections.*,
        coalesce(connected.component_key, tuples.tuple_key) as component_key,
        keyed.is_parted
    from connections
    inner join keyed on keyed.connection_key = connections.connection_key
    left join tuples on tuples.connection_key = connections.connection_key
    left join connected on connected.tuple_key = tuples.tuple_key
),
keyless_names as (
    select
        distinct_names.*,
        list_filter(
            string_split(distinct_names.match_key, ' '),
            lambda word: not list_contains(qualifiers.words, word)
        ) as words
    from (
        select distinct instance_key, match_key
        from placed
        where component_key is null and not is_generic_name
    ) as distinct_names
    cross join (select list(word) as words from intermediate.name_qualifiers) as qualifiers
),
single_words as (
    select instance_key, match_key, words[1] as word from keyless_names where len(words) < 2
),
spelled as (
    select distinct placed.instance_key, placed.match_key
    from placed
    semi join single_words on single_words.instance_key = placed.instance_key
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
candidates as (
    select instance_key, match_key, min(component_key) as component_key,
        max(component_key) > min(component_key) as is_ambiguous
    from placed
    where component_key is not null and not is_generic_name and not is_parted
    group by instance_key, match_key
),
judged as (
    select
        placed.* exclude (is_generic_name, is_parted),
        placed.is_generic_name
        or shared_words.match_key is not null
        or crowded.match_key is not null
            as points_to_nobody
    from placed
    left join shared_words
        on shared_words.instance_key = placed.instance_key
        and shared_words.match_key = placed.match_key
    left join intermediate.names_crowded as crowded
        on crowded.instance_key = placed.instance_key and crowded.match_key = placed.match_key
),
recognised as (
    select
        judged.connection_key,
        judged.instance_key,
        case
            when judged.component_key is not null then 'key'
            when judged.points_to_nobody then 'nothing'
            when candidates.is_ambiguous then 'ambiguous_name'
            when not candidates.is_ambiguous then 'name'
            else 'own_name'
        end as recognised_by,
        case
            when judged.component_key is not null then judged.component_key
            when not judged.points_to_nobody and not candidates.is_ambiguous
                then candidates.component_key
        end as component_key,
        case
            when judged.component_key is null and not judged.points_to_nobody
                then judged.match_key
        end as own_name_key
    from judged
    left join candidates
        on candidates.instance_key = judged.instance_key and candidates.match_key = judged.match_key
),
by_component as (
    select component_key, min(connection_key) as participant_key
    from recognised
    where component_key is not null
    group by component_key
),
by_name as (
    select instance_key, own_name_key, min(connection_key) as participant_key
    from recognised
    where recognised_by in ('own_name', 'ambiguous_name')
    group by instance_key, own_name_key
),
final as (
    select
        recognised.connection_key,
        recognised.instance_key,
        coalesce(
            by_component.participant_key,
            by_name.participant_key,
            recognised.connection_key
        ) as participant_key,
        recognised.recognised_by
    from recognised
    left join by_component on by_component.component_key = recognised.component_key
    left join by_name
        on recognised.recognised_by in ('own_name', 'ambiguous_name')
        and by_name.instance_key = recognised.instance_key
        and by_name.own_name_key = recognised.own_name_key
)
select * from final
