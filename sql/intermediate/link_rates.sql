-- One row per way two names and the times of two groups of rows of an instance compare: the share
-- of such pairs that are one person, as counted on simulated accounts with ambiguity 0.3 (seeds 1
-- to 3); of names with a word more together with the account of headline size, where they are two
-- people. Fixed, whatever weights links are followed by.
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
        ('part', 'rejoin', 0.95),
        ('part', 'near', 0.80),
        ('part', 'apart', 0.30),
        ('part', 'overlap', 0.20),
        ('other_part', 'rejoin', 0.98),
        ('other_part', 'near', 0.75),
        ('other_part', 'apart', 0.10),
        ('other_part', 'overlap', 0.08),
        ('initials', 'rejoin', 0.99),
        ('initials', 'near', 0.90),
        ('initials', 'apart', 0.03),
        ('initials', 'overlap', 0.57),
        ('close_word', 'rejoin', 1.00),
        ('close_word', 'near', 0.99),
        ('close_word', 'apart', 0.10),
        ('close_word', 'overlap', 0.98),
        ('other_word', 'rejoin', 0.63),
        ('other_word', 'near', 0.15),
        ('other_word', 'apart', 0.00),
        ('other_word', 'overlap', 0.01),
        ('close', 'rejoin', 0.93),
        ('close', 'near', 0.24),
        ('close', 'apart', 0.03),
        ('close', 'overlap', 0.06),
        ('one_word', 'rejoin', 0.90),
        ('one_word', 'near', 0.24),
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
