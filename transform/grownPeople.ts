import type { Engine } from './engine.ts'

/*
 * People who did something more, and nothing else: most of those of a day. They were in other webinars, but who they
 * were then (`people_before`) and what they did since (`differing_rows`) say together what `marts.zoom_people` would say
 * of all of it, as long as what is new is later than all that was before: then it comes first in that model's order.
 * Both state the same rules; the columns are listed here so that a new one there makes this fail instead of being wrong.
 */

const appearances = 'scratch.intermediate.person_appearances'

/** The temporary table `grown_persons` (person_id). Before: those of `widenAppearances` up to `people_before`. */
export async function findGrownPersons(engine: Engine): Promise<void> {
  await engine.run(
    `create temp table grown_persons as
     select differing.person_id
     from differing_rows as differing
     inner join people_before as before on before.id = differing.person_id
     left join ${appearances} as now on differing.is_now and now.id = differing.id
     where differing.person_id not in (select regrouped_persons.person_id from regrouped_persons)
     group by differing.person_id
     having bool_and(coalesce(
         differing.is_now and differing.holder = 'p' and now.seen_at > before.last_seen_at
             and now.is_named and now.name is not null and now.total_duration is not null
             and before.total_duration is not null,
         false
     ))`,
  )
}

/** A SELECT of the rows of `marts.zoom_people` about grown persons. */
export const grownPeople = `
     select
         before.id,
         before.account_id,
         newer.display_name,
         coalesce(newer.email, before.primary_email) as primary_email,
         coalesce(newer.zoom_user_id, before.zoom_user_id) as zoom_user_id,
         least(before.first_seen_at, newer.first_seen_at) as first_seen_at,
         greatest(before.last_seen_at, newer.last_seen_at) as last_seen_at,
         (before.instances_attended + newer.more_instances)::int as instances_attended,
         (before.webinars_attended + newer.more_webinars)::int as webinars_attended,
         (before.total_duration + newer.total_duration)::bigint as total_duration
     from people_before as before
     inner join (
         select
             person_id,
             arg_min(name, position) filter (is_new) as display_name,
             arg_min(email, position) filter (is_new) as email,
             arg_min(zoom_user_id, position) filter (is_new) as zoom_user_id,
             min(seen_at) filter (is_new) as first_seen_at,
             max(last_seen_at) filter (is_new) as last_seen_at,
             -- Of an instance or a webinar all rows are in the scope.
             count(distinct instance_id) - count(distinct instance_id) filter (not is_new) as more_instances,
             count(distinct webinar_id) filter (source_order = 1)
                 - count(distinct webinar_id) filter (source_order = 1 and not is_new) as more_webinars,
             sum(total_duration) filter (is_new) as total_duration
         from (
             select *, id in (select differing_rows.id from differing_rows) as is_new
             from ${appearances}
             semi join grown_persons using (person_id)
         )
         group by person_id
     ) as newer on newer.person_id = before.id`
