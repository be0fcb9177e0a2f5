-- One row per spelling of a name that occurs anywhere (in waiting rooms alone it is nobody's): its
-- normalised form and whether it points to nobody. Normalised: full-width forms and ligatures
-- opened (what NFKD would do to names), diacritics and punctuation dropped, lower case, spaces
-- folded. Generic: empty, a device, a role, a room or a telephone number. `match_key` is what two
-- spellings of one name have in common: the words in alphabetical order, without what stands in
-- brackets or says where one listens; of names that come down to one word that way, the normalised
-- form.
with
-- All together, and then each once: for a union of distinct rows DuckDB would read and clean all
-- columns of the views.
everywhere as (
    select name from intermediate.rows_located
    union all
    select name from staging.polls
    union all
    select name from staging.questions
    union all
    select name from staging.surveys
    union all
    select name from staging.panelists
    union all
    select full_name as name from intermediate.registrants_listed
),
spellings as (
    select distinct name from everywhere where name is not null
),
opened as (
    select
        name,
        -- Of most names every character is one byte: these have nothing to open.
        case
            when strlen(name) = length(name) then name
            else translate(
                replace(replace(replace(name, 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬀ', 'ff'),
                '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
                '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '
            )
        end as opened_name
    from spellings
),
lowered as (
    select name, lower(strip_accents(opened_name)) as lower_name from opened
),
folded as (
    select
        name,
        lower_name,
        case
            when regexp_full_match(lower_name, '[a-z0-9]+( [a-z0-9]+)*') then lower_name
            else trim(regexp_replace(
                regexp_replace(lower_name, '[^\p{L}\p{N}\s]', '', 'g'), '\s+', ' ', 'g'
            ))
        end as name_key
    from lowered
),
bared as (
    select
        name,
        name_key,
        case
            when contains(lower_name, '(') or contains(lower_name, '[')
                then regexp_replace(
                    regexp_replace(
                        regexp_replace(lower_name, '\([^()]*\)|\[[^\[\]]*\]', ' ', 'g'),
                        '[^\p{L}\p{N}\s]', '', 'g'
                    ),
                    '\s+', ' ', 'g'
                )
            else name_key
        end as bare_name
    from folded
),
worded as (
    select
        bared.name,
        bared.name_key,
        list_sort(list_filter(
            string_split(bared.bare_name, ' '),
            lambda word: word <> '' and not list_contains(qualifiers.words, word)
        )) as bare_words
    from bared
    cross join (select list(word) as words from intermediate.name_qualifiers) as qualifiers
),
final as (
    select
        name,
        name_key,
        case
            when len(bare_words) > 1 then array_to_string(bare_words, ' ')
            else name_key
        end as match_key,
        name_key = ''
        or regexp_full_match(
            name_key,
            '(i ?phone|i ?pad|i ?pod|android|galaxy|samsung|pixel|huawei|honor|xiaomi|redmi|oppo'
            || '|vivo|realme|oneplus|motorola|moto|nokia|lenovo|mac ?book|imac|windows|chromebook)'
            || '( [a-z0-9]{1,7}){0,4}'
            || '|(sm|lg|mi) ?[a-z]?[0-9]+[a-z0-9]*( [a-z0-9]+)?'
            || '|(zoom ?user|zoom|user|guest|attendee|anonymous|anonymous attendee|anonymous user'
            || '|participant|panelist|viewer|host|admin|unknown|unknown user|no name'
            || '|phone|telephone|mobile|smartphone|tablet|laptop'
            || '|computer|desktop|pc|mac|call ?in user|na|none|me)( ?[0-9]+)?'
            || '|((conference|meeting|board) ?|class)?room( ?[a-z0-9]{1,3})?'
            -- A telephone number: at least four digits.
            || '|[x ]*([0-9][x ]*){4,}'
        )
            as is_generic
    from worded
)
select * from final
