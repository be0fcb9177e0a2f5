-- One row per participant: how surely its rows are all the rows of one person and nobody else's, by
-- confidence_rates. Of a participant with probable links it is no surer than the weakest of them.
with
described as (
    select * from intermediate.participants_described
),
rivalled as (
    select * from intermediate.participants_rivalled
),
linked as (
    select participant_key, probability from intermediate.participants_linked
),
rates as (
    select * from intermediate.confidence_rates
),
situated as (
    select
        described.participant_key,
        described.evidence,
        case when described.connection_count = 1 then 'one' else 'more' end as row_count,
        case
            when rivalled.rival < 0.05 then 'none'
            when rivalled.rival < 0.3 then 'faint'
            when rivalled.rival < 0.7 then 'some'
            when rivalled.rival < 0.9 then 'strong'
            else 'sure'
        end as rival,
        rivalled.is_replaced,
        case
            when linked.probability < 0.05 then 'none'
            when linked.probability < 0.3 then 'faint'
            when linked.probability < 0.7 then 'some'
            when linked.probability < 0.9 then 'strong'
            when linked.probability <= 1 then 'sure'
        end as link_band
    from described
    inner join rivalled on rivalled.participant_key = described.participant_key
    left join linked on linked.participant_key = described.participant_key
),
final as (
    select
        situated.participant_key,
        least(
            case when situated.is_replaced then rates.replaced else rates.kept end,
            links.kept
        ) as identity_confidence
    from situated
    -- A rate that leaves a situation out is for all of them.
    left join rates
        on rates.evidence = situated.evidence
        and coalesce(rates.row_count, situated.row_count) = situated.row_count
        and coalesce(rates.rival, situated.rival) = situated.rival
    left join rates as links
        on links.evidence = 'link' and links.rival = situated.link_band
)
select * from final
