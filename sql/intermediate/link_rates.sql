-- One row per way two names and the times of two groups of rows of an instance compare: the share
-- of such pairs that are one person, as counted on simulated accounts with ambiguity 0.3 (seeds 1
-- to 3). Fixed, unlike link_weights_learned: what a participant says of itself must not depend on
-- other instances.
with
rates (name_level, time_level, share) as (
    values
        ('same', 'rejoin', 0.90),
        ('same', 'near', 0.70),
        ('same', 'apart', 0.30),
        ('same', 'overlap', 0.30),
        ('same_words', 'rejoin', 1.00),
        ('same_words', 'near', 1.00),
        ('same_words', 'apart', 0.90),
        ('same_words', 'overlap', 1.00),
        ('part', 'rejoin', 1.00),
        ('part', 'near', 1.00),
        ('part', 'apart', 0.90),
        ('part', 'overlap', 1.00),
        ('initials', 'rejoin', 0.99),
        ('initials', 'near', 0.89),
        ('initials', 'apart', 0.03),
        ('initials', 'overlap', 0.56),
        ('close_word', 'rejoin', 1.00),
        ('close_word', 'near', 0.95),
        ('close_word', 'apart', 0.10),
        ('close_word', 'overlap', 0.82),
        ('close', 'rejoin', 0.93),
        ('close', 'near', 0.21),
        ('close', 'apart', 0.03),
        ('close', 'overlap', 0.06),
        ('one_word', 'rejoin', 0.90),
        ('one_word', 'near', 0.22),
        ('one_word', 'apart', 0.00),
        ('one_word', 'overlap', 0.00),
        ('same_number', 'rejoin', 1.00),
        ('same_number', 'near', 1.00),
        ('same_number', 'apart', 0.90),
        ('same_device', 'rejoin', 0.77),
        ('same_device', 'near', 0.18),
        ('same_device', 'apart', 0.11)
),
final as (
    select name_level, time_level, share::decimal(3, 2) as share from rates
)
select * from final
