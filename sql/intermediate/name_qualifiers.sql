-- One row per word that people add to a name to say where or how they listen, and that is nobody's
-- name.
with
final as (
    select unnest([
        'mobile', 'phone', 'cell', 'iphone', 'ipad', 'tablet', 'laptop', 'desktop', 'pc', 'mac',
        'work', 'home', 'office', 'listening', 'only', 'audio', 'video', 'dialin', 'guest'
    ]) as word
)
select * from final
