import { isoOf, textOf } from '../completeness.ts'
import type { Ask } from './ask.ts'
import type { Figures, NoShow } from './attendanceReport.ts'

/** The figures about registrations alone. */
type RegistrationFigures = Pick<Figures, 'registered' | 'registeredCame' | 'attendanceRate_percent'>

/** Whoever registered twice and came once is no no-show, though one of the two registrations did not come. */
export async function readRegistrations(
  ask: Ask,
): Promise<{ figures: RegistrationFigures; noShows: NoShow[] }> {
  const rows = await ask(
    `with
     instances as (
         select * from marts.zoom_webinar_instances where id in (from chosen)
     ),
     came as (
         select registrant_id, person_id from marts.zoom_participants where instance_id in (from chosen)
     )
     select
         nullif(concat_ws(' ', first_name, last_name), '') as name,
         email,
         organization,
         epoch_ms(registered_at) as registered_ms,
         id in (select registrant_id from came where registrant_id is not null) as has_come,
         coalesce(person_id in (select person_id from came where person_id is not null), false) as is_here
     from marts.zoom_registrants
     where webinar_id in (select webinar_id from instances)
         and status = 'approved'
         and coalesce(registered_at <= (select max(end_time) from instances), true)
         and (
             occurrence_id is null
             or coalesce((select bool_and(occurrence_id is null) from instances), true)
             or occurrence_id in (select occurrence_id from instances)
         )
     order by last_name nulls last, first_name nulls last, email, id`,
  )
  const came = rows.filter((row) => row.has_come === true).length
  return {
    figures: {
      registered: rows.length,
      registeredCame: came,
      attendanceRate_percent: rows.length === 0 ? null : Math.round((1000 * came) / rows.length) / 10,
    },
    noShows: rows
      .filter((row) => row.has_come !== true && row.is_here !== true)
      .map((row) => ({
        name: textOf(row.name),
        email: textOf(row.email),
        organization: textOf(row.organization),
        registeredAt: isoOf(row.registered_ms),
      })),
  }
}
