import { sql } from 'kysely'
import type { AccountPeopleAnswer, Filter } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'
import { filteredInstances } from './filter.ts'
import { stepOf } from './step.ts'

/**
 * Persons who came, in each period and in all. The one query that reads every participant, so it passes over them
 * once: each person's visits in order, those the filter leaves before others of the same period. A visit then tells
 * by the one before it whether the person is new in the period, or new at all, and by its number among the chosen
 * ones whether it is the one that makes them return.
 */
export async function accountPeopleAnswer(snapshot: Snapshot, filter: Filter): Promise<AccountPeopleAnswer> {
  const { step } = await stepOf(snapshot, filter)
  const { rows } = await sql<{
    is_total: boolean
    day: number | null
    people: number
    new_people: number
    persons: number
    returning: number
  }>`
    with ran as materialized (
      select
        instances.id,
        (extract(epoch from date_trunc(${step}, instances.start_time)) / 86400)::int as day,
        chosen.id is not null as is_chosen
      from zoom_webinar_instances as instances
      left join ${filteredInstances(filter)} as chosen on chosen.id = instances.id
    ),
    visits as (
      select
        ran.day,
        ran.is_chosen,
        lag(ran.day) over in_order as day_before,
        row_number() over in_order as visit,
        count(*) filter (where ran.is_chosen) over in_order as chosen_visit
      from zoom_participants as participants
      join ran on ran.id = participants.instance_id
      window in_order as (
        partition by participants.person_id
        order by ran.day, not ran.is_chosen
        rows unbounded preceding
      )
    )
    select
      grouping(day) = 1 as is_total,
      day,
      count(*) filter (where day_before is distinct from day)::int as people,
      count(*) filter (where visit = 1)::int as new_people,
      count(*) filter (where chosen_visit = 1)::int as persons,
      count(*) filter (where chosen_visit = 2)::int as returning
    from visits
    where is_chosen
    group by rollup (day)
    order by is_total, day
  `.execute(snapshot)
  const total = rows.find((row) => row.is_total)
  return {
    step,
    people: total?.persons ?? 0,
    returningPeople: total?.returning ?? 0,
    periods: rows.flatMap(({ is_total, day, people, new_people }) =>
      is_total || day === null ? [] : { start: new Date(day * 86_400_000), people, newPeople: new_people },
    ),
  }
}
