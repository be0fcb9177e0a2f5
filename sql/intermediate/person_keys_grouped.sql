-- One row per strong key that some holder has beside another: a key that stands for all that are
-- one person with it (`group_id`), over all instances of the account. Most were read of one
-- registration only, so they and its e-mail are a star from the start, and the e-mail, which stands
-- for them, has no row of its own. The others go through large-star and small-star in turn, as in
-- key_tuples_connected: the smallest stands for them.
with recursive
given as (
    select key_id as node, head_id as parent
    from intermediate.person_keys_claimed
    where key_id <> head_id
),
hung as (
    select node, min(parent) as parent, max(parent) > min(parent) as has_others
    from given
    group by node
),
parents_first as (
    select distinct parent from given
),
inner_parents as (
    select hung.* from hung semi join parents_first on parents_first.parent = hung.node
),
-- What is no star: where a node hangs on two others, or one that hangs itself has others on it.
open_parents as (
    select given.parent
    from given
    semi join (select node from hung where has_others) as others on others.node = given.node
    union
    select given.parent from given semi join inner_parents on inner_parents.node = given.node
    union
    select node from inner_parents
),
links as (
    select distinct given.node, given.parent from given semi join open_parents using (parent)
),
rounds as (
    select 0 as round, node, parent, false as is_star from links
    union all
    (
        with
        active as (
            select round, node, parent from rounds where not is_star
        ),
        neighbours as (
            select node, parent as neighbour from active
            union all
            select parent as node, node as neighbour from active
        ),
        nearest as (
            select node, neighbour, least(node, min(neighbour) over (partition by node)) as smallest
            from neighbours
        ),
        large_star as (
            select distinct neighbour as node, smallest as parent
            from nearest
            where neighbour > node
        ),
        lowest as (
            select node, parent, min(parent) over (partition by node) as smallest from large_star
        ),
        small_star as (
            select node, smallest as parent from lowest
            union
            select parent as node, smallest as parent from lowest where parent <> smallest
        ),
        parents as (
            select node, count(*) as parents from small_star group by node
        ),
        inner_nodes as (
            select distinct parent as node from small_star
        ),
        stars as (
            select
                small_star.parent,
                bool_and(parents.parents = 1 and inner_nodes.node is null and above.node is null)
                    as is_star
            from small_star
            inner join parents on parents.node = small_star.node
            left join inner_nodes on inner_nodes.node = small_star.node
            left join parents as above on above.node = small_star.parent
            group by small_star.parent
        ),
        counted as (
            select max(round) + 1 as round from active
        )
        select counted.round, small_star.node, small_star.parent, stars.is_star
        from small_star
        inner join stars on stars.parent = small_star.parent
        cross join counted
    )
),
final as (
    select hung.node as key_id, hung.parent as group_id
    from hung
    anti join open_parents using (parent)
    union all
    select node, parent from rounds where is_star
    union all
    select distinct parent, parent from rounds where is_star
)
select * from final
