import { CliError } from '../cliError.ts'
import { numberOf } from '../completeness.ts'
import type { Ask } from './ask.ts'

/** Candidates shown where a topic fits several webinars. */
const shown = 8

/**
 * The instances a report is about, oldest first: the last of a webinar with what are restarts of one another, or all.
 *
 * @param wanted a webinar by numeric id or part of its topic, an instance by uuid; the last instance when not given
 * @throws {CliError} where none fits, or several webinars do, naming them
 */
export async function chooseInstances(
  ask: Ask,
  wanted: string | undefined,
  isAll: boolean,
): Promise<string[]> {
  const instance = await chooseInstance(ask, wanted)
  const found = await ask(
    isAll
      ? `select sibling.id
         from marts.zoom_webinar_instances as chosen
         inner join marts.zoom_webinar_instances as sibling using (webinar_id)
         where chosen.id = $id::uuid
         order by sibling.start_time nulls last, sibling.id`
      : `select sibling.id
         from marts.zoom_webinar_instances as chosen
         inner join marts.zoom_webinar_instances as sibling
             on coalesce(sibling.restart_of_instance_id, sibling.id)
                 = coalesce(chosen.restart_of_instance_id, chosen.id)
         where chosen.id = $id::uuid
         order by sibling.start_time nulls last, sibling.id`,
    { id: instance },
  )
  return found.map((row) => String(row.id))
}

async function chooseInstance(ask: Ask, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) {
    const [last] = await ask(
      'select id from marts.zoom_webinar_instances order by start_time desc nulls last, id limit 1',
    )
    if (last === undefined)
      throw new CliError('No instance of a webinar is known yet. Run rollcall sync --full.')
    return String(last.id)
  }
  const [exact] = await ask(
    `select id from marts.zoom_webinar_instances where zoom_uuid = $wanted or id::varchar = lower($wanted)`,
    { wanted },
  )
  if (exact !== undefined) return String(exact.id)
  const webinar = await chooseWebinar(ask, wanted)
  const [last] = await ask(
    `select id from marts.zoom_webinar_instances where webinar_id = $webinar::uuid
     order by start_time desc nulls last, id limit 1`,
    { webinar: webinar.id },
  )
  if (last === undefined)
    throw new CliError(`${webinar.name} has not run yet, or nothing of it was read. Run rollcall sync.`)
  return String(last.id)
}

async function chooseWebinar(ask: Ask, wanted: string): Promise<{ id: string; name: string }> {
  const digits = wanted.replaceAll(/[\s-]/g, '')
  const isNumber = /^\d{9,15}$/.test(digits)
  const found = isNumber
    ? await ask('select * from marts.zoom_webinars where zoom_webinar_id = $digits::bigint order by id', {
        digits,
      })
    : await ask(
        `select * from marts.zoom_webinars where contains(lower(topic), lower($wanted))
         qualify lower(topic) = lower($wanted) or not bool_or(lower(topic) = lower($wanted)) over ()
         order by actual_participant_count desc, id`,
        { wanted },
      )
  const [webinar, ...others] = found
  if (webinar === undefined)
    throw new CliError(
      isNumber
        ? `No webinar ${digits} is known. Those that are: rollcall sql "select zoom_webinar_id, topic from zoom_webinars". To read it: rollcall sync --webinar ${digits}`
        : `No webinar's topic has “${wanted}” in it, and no instance has it as its uuid. Those that are known: rollcall sql "select zoom_webinar_id, topic from zoom_webinars"`,
    )
  const name = (row: typeof webinar) => `${row.topic ?? 'Webinar'} (${numberOf(row.zoom_webinar_id)})`
  if (others.length > 0) {
    const list = found.slice(0, shown).map((row) => `\n  ${name(row)}`)
    const more = found.length > shown ? `\n  … and ${found.length - shown} more` : ''
    throw new CliError(
      `“${wanted}” fits ${found.length} webinars; name one by its id:${list.join('')}${more}`,
    )
  }
  return { id: String(webinar.id), name: name(webinar) }
}
