-- An alias is never the id of a living person, and leads to one.
with
aliases as (
    select * from marts.zoom_person_aliases
),
people as (
    select id from marts.zoom_people
),
final as (
    select aliases.*
    from aliases
    inner join people on people.id = aliases.alias_id
)
select * from final order by alias_id
