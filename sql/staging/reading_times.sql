-- One row per raw zone: the latest moment of any capture, which is what models take for now.
-- Kept as a table: it looks at all captures.
with
final as (
    select max(finished_at) as read_until from raw.captures
)
select * from final
