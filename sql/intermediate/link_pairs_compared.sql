-- One row per group without strong key and whom it might be, with how they compare. `family`: what
-- is compared with what, each with weights of its own: 'words' (two or more whole words of one name
-- are all of the other's), 'name' (words that differ), 'initials' (an initial stands for a word),
-- 'other_name' (what differs are names that others in the instance have, too, so that a word more
-- or another letter is likely to mean somebody else), 'first_name' (one is a single word of the
-- other), 'registrant', 'device' or 'number'. `name_level`: the best over their names, from 'same'
-- to 'other_word'. `time_level`: 'overlap' (present at once), 'rejoin' (one came within a minute of
-- the other's leaving), 'near' (within 15 minutes), 'apart'; none for registrants, who were not
-- there. `mail_level`: whether the words that the other's name lacks are in its e-mail; none where
-- nothing is lacking or there is no e-mail. `choice_level`: how many the group might be in this
-- family.
with
pairs as (
    select * from intermediate.link_pairs_blocked
),
differing as (
    select
        *,
        list_filter(tokens, lambda word: not list_contains(other_tokens, word)) as rest,
        list_filter(other_tokens, lambda word: not list_contains(tokens, word)) as other_rest
    from pairs
),
likened as (
    select
        * exclude (tokens, other_tokens),
        case
            when tokens is null and regexp_full_match(name_key, '[0-9x ]{7,}') then 'same_number'
            when tokens is null then 'same_device'
            when (len(rest) = 0 or len(other_rest) = 0)
                and least(len(tokens), len(other_tokens)) = 1 then 'one_word'
            when name_key = other_name_key then 'same'
            when list_sort(tokens) = list_sort(other_tokens) then 'same_words'
            when len(rest) = 1 and len(other_rest) = 1 and len(tokens) > 1
                and rest[1][1] = other_rest[1][1]
                and least(length(rest[1]), length(other_rest[1])) = 1 then 'initials'
            when len(rest) = 0 or len(other_rest) = 0 then 'part'
            when len(rest) = 1 and len(other_rest) = 1 and len(tokens) > 1
                and jaro_winkler_similarity(rest[1], other_rest[1]) >= 0.85 then 'close_word'
            when jaro_winkler_similarity(name_key, other_name_key) >= 0.92 then 'close'
        end as name_level,
        case
            when mail_name is null or len(list_filter(rest, lambda word: length(word) > 1)) = 0
                then null
            when len(list_filter(
                rest, lambda word: length(word) > 1 and not contains(mail_name, word)
            )) = 0 then 'fits'
            else 'differs'
        end as mail_level
    from differing
),
-- Words that at least two names of the instance have.
name_words as (
    select instance_key, unnest(list_distinct(tokens)) as word, name_key
    from intermediate.link_names_gathered
    where not is_generic_name
),
doubtful_words as (
    select distinct instance_key, unnest(list_concat(rest, other_rest)) as word
    from likened
    where name_level in ('part', 'close_word') and other_side <> 'registrant'
),
known_words as (
    select name_words.instance_key, name_words.word
    from name_words
    semi join doubtful_words
        on doubtful_words.instance_key = name_words.instance_key
        and doubtful_words.word = name_words.word
    group by name_words.instance_key, name_words.word
    having count(distinct name_words.name_key) > 1
),
vocabularies as (
    select instance_key, list(word) as words from known_words group by instance_key
),
levelled as (
    select
        likened.* exclude (rest, other_rest, name_level),
        case
            when likened.name_level not in ('part', 'close_word') or other_side = 'registrant'
                then likened.name_level
            when list_has_all(vocabularies.words, list_concat(likened.rest, likened.other_rest))
                then case likened.name_level when 'part' then 'other_part' else 'other_word' end
            else likened.name_level
        end as name_level
    from likened
    left join vocabularies on vocabularies.instance_key = likened.instance_key
),
named as (
    select
        instance_key,
        unit_key,
        other_side,
        other_key,
        arg_min(
            name_level,
            list_position(
                ['same', 'same_number', 'same_device', 'same_words', 'part', 'initials',
                    'close_word', 'close', 'other_part', 'other_word', 'one_word'],
                name_level
            )
        ) as name_level,
        min(mail_level) as mail_level
    from levelled
    where
        name_level is not null
        -- Who was not there left no times to compare, so only the whole name will do.
        and (other_side <> 'registrant' or name_level in ('same', 'same_words', 'part'))
    group by instance_key, unit_key, other_side, other_key
),
rows as (
    select grouped.participant_key as unit_key, connections.join_ms, connections.leave_ms
    from intermediate.connections_grouped as grouped
    inner join intermediate.connections_cleaned as connections using (connection_key)
    where connections.is_presence
),
timed as (
    select
        named.unit_key,
        named.other_key,
        bool_or(one.join_ms < other.leave_ms and other.join_ms < one.leave_ms) as has_overlap,
        min(case
            when one.join_ms >= other.leave_ms then one.join_ms - other.leave_ms
            when other.join_ms >= one.leave_ms then other.join_ms - one.leave_ms
        end) as gap_ms
    from named
    inner join rows as one on one.unit_key = named.unit_key
    inner join rows as other on other.unit_key = named.other_key
    where named.other_side <> 'registrant'
    group by named.unit_key, named.other_key
),
placed as (
    select
        named.*,
        case
            when named.other_side = 'registrant' then 'registrant'
            when named.name_level = 'same_number' then 'number'
            when named.name_level = 'same_device' then 'device'
            when named.name_level = 'one_word' then 'first_name'
            when named.name_level in ('other_part', 'other_word') then 'other_name'
            when named.name_level = 'initials' then 'initials'
            when named.name_level in ('same', 'same_words', 'part') then 'words'
            else 'name'
        end as family,
        case
            when named.other_side = 'registrant' then null
            when timed.has_overlap then 'overlap'
            when timed.gap_ms <= 60000 then 'rejoin'
            when timed.gap_ms <= 900000 then 'near'
            when timed.gap_ms is not null then 'apart'
        end as time_level
    from named
    left join timed
        on named.other_side <> 'registrant'
        and timed.unit_key = named.unit_key
        and timed.other_key = named.other_key
),
counted as (
    select *, count(*) over (partition by unit_key, family) as choices from placed
),
final as (
    select
        instance_key,
        unit_key,
        other_side,
        other_key,
        family,
        name_level,
        time_level,
        mail_level,
        case when choices = 1 then 'only' when choices <= 3 then 'few' else 'many' end
            as choice_level
    from counted
)
select * from final
