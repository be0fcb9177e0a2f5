-- One row per input of the engagement score: what it weighs. The weights are set here and nowhere
-- else; only their proportions matter, because those of the inputs an instance did not offer are
-- left out and the rest is scaled to 100.
with
final as (
    select *
    from (
        values
        ('attended_share', 50),
        ('stayed_to_end', 15),
        ('polls_answered', 15),
        ('question_asked', 10),
        ('survey_answered', 10)
    ) as weights (input, weight)
)
select * from final
