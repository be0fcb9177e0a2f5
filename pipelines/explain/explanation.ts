import { withSteps } from '../../transform/steps.ts'
import { queryCatalog } from '../catalog.ts'
import { CliError, UsageError } from '../cliError.ts'
import { rowKeySql } from '../corrections/targets.ts'
import type { LikenessSaid } from '../likenessWords.ts'

/** One row of the participant, as Zoom reported it, and why it is there. Times are ISO text, UTC. */
export interface ExplainedRow {
  name: string | null
  email: string | null
  registrant_id: string | null
  zoom_user_id: string | null
  user_id: string | null
  instance_uuid: string
  /** With the instance's uuid it names the row in a corrections file: row:UUID#KEY. */
  row_key: string
  joined: string | null
  left: string | null
  /** See the model connections_identified. */
  recognised_by: 'key' | 'name' | 'own_name' | 'ambiguous_name' | 'nothing' | 'probable'
  /** The keys of the row that count; those that came with a forwarded link may not. */
  keys: { kind: 'registrant' | 'user' | 'email' | 'link' | 'row'; key: string }[]
}

/** A comparison of rows without a strong key with whom they might be. Weights are in bits. */
export interface ExplainedLink {
  name: string | null
  other_side: 'keyed' | 'keyless' | 'registrant'
  other_name: string | null
  family: string
  name_level: string
  time_level: string | null
  mail_level: string | null
  choice_level: string
  match_weight: number
  name_weight: number
  time_weight: number
  mail_weight: number
  choice_weight: number
  probability: number
  is_followed: boolean
}

export interface Explanation {
  participant: {
    id: string
    name: string | null
    topic: string | null
    started: string | null
    method: string
    confidence: number
    person_id: string
    registrant: string | null
    registered_by: string | null
  }
  rows: ExplainedRow[]
  /** Decisions of the user that brought its rows together or parted them from others. */
  corrections: { line: number; decision: string; one: string; other: string | null; why: string | null }[]
  /** Links that made the participant, and those not followed that came near it. */
  links: ExplainedLink[]
  /** What the links hang on. */
  likeness: LikenessSaid
}

/**
 * Everything that made a participant what it is, from the catalog.
 * @throws {UsageError} where `id` is no uuid; {CliError} where there is no catalog or no such participant
 */
export async function explainParticipant(dataDir: string, id: string): Promise<Explanation> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw new UsageError(
      `"${id}" is no participant id: expected a uuid such as zoom_participants.id has.\nTo find one: rollcall sql "select id, participant_name from marts.zoom_participants limit 20"`,
    )
  }
  const { rows: webinars } = await queryCatalog(
    dataDir,
    `select w.zoom_webinar_id as id from marts.zoom_participants as p
     join marts.zoom_webinars as w on w.id = p.webinar_id where p.id = '${id}'`,
  )
  const [webinar] = webinars
  if (webinar === undefined) {
    throw new CliError(
      `No participant has the id ${id}. Ids are in marts.zoom_participants; after corrections or a fuller capture a participant may have another.`,
    )
  }
  return withSteps(dataDir, String(webinar.id), async (query) => {
    const read = async <Row>(sql: string) => (await query(sql)) as Row[]
    const [participant] = await read<Explanation['participant']>(participantSql(id))
    if (participant === undefined) {
      throw new CliError(
        `The raw files do not give participant ${id} any more. Run rollcall transform --full.`,
      )
    }
    return {
      participant,
      rows: await read<ExplainedRow>(rowsSql(id)),
      corrections: await read<Explanation['corrections'][number]>(correctionsSql(id)),
      links: await read<ExplainedLink>(linksSql(id)),
      likeness: await readLikeness(query),
    }
  })
}

async function readLikeness(
  query: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<LikenessSaid> {
  const [said] = await query('select * from staging.likeness')
  return {
    threshold: Number(said?.identity_threshold),
    learned:
      typeof said?.read_until === 'string'
        ? { read_until: said.read_until, pairs: Number(said.pairs), instances: Number(said.instances) }
        : null,
  }
}

const ofParticipant = (id: string) =>
  `select participant_key from intermediate.participants_personified where participant_id = '${id}'`

function participantSql(id: string): string {
  return `
    select p.id, p.participant_name as name, i.topic, strftime(i.start_time at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')
      as started, p.identity_method as method, p.identity_confidence::double as confidence, p.person_id,
      nullif(concat_ws(' ', r.first_name, r.last_name), '') as registrant, registered.registered_by
    from marts.zoom_participants as p
    join marts.zoom_webinar_instances as i on i.id = p.instance_id
    join intermediate.participants_personified as personified on personified.participant_id = p.id
    left join intermediate.participants_registered as registered using (participant_key)
    left join marts.zoom_registrants as r on r.id = p.registrant_id
    where p.id = '${id}'`
}

function rowsSql(id: string): string {
  return `
    select c.name, c.email, c.registrant_id, c.zoom_user_id, c.user_id,
      strftime(make_timestamp(c.join_ms * 1000), '%Y-%m-%dT%H:%M:%SZ') as joined,
      strftime(make_timestamp(c.leave_ms * 1000), '%Y-%m-%dT%H:%M:%SZ') as "left",
      identified.recognised_by,
      i.instance_uuid,
      ${rowKeySql} as row_key,
      list_filter([
        {'kind': 'registrant', 'key': k.registrant_key}, {'kind': 'user', 'key': k.user_key},
        {'kind': 'email', 'key': k.email_key}, {'kind': 'link', 'key': k.link_key},
        {'kind': 'row', 'key': k.row_key}
      ], lambda one: one.key <> '') as keys
    from (${ofParticipant(id)})
    join intermediate.connections_identified as identified using (participant_key)
    join intermediate.connections_cleaned as c using (connection_key)
    join intermediate.connections_keyed as k using (connection_key)
    join intermediate.instances_united as i on i.instance_key = c.instance_key
    order by c.connection_key`
}

function correctionsSql(id: string): string {
  return `
    select distinct said.line, said.decision, said.one, said.other, said.why
    from (${ofParticipant(id)})
    join intermediate.participants_corrected as corrected using (participant_key)
    join staging.corrections as said on list_contains(corrected.lines, said.line)
    order by said.line`
}

function linksSql(id: string): string {
  return `
    with units as (
      select distinct grouped.participant_key as unit_key
      from (${ofParticipant(id)})
      join intermediate.connections_identified as identified using (participant_key)
      join intermediate.connections_grouped as grouped using (connection_key)
    ),
    spelled as (
      select grouped.participant_key as unit_key, arg_min(c.name, c.connection_key) as name
      from intermediate.connections_grouped as grouped
      join intermediate.connections_cleaned as c using (connection_key)
      group by grouped.participant_key
    ),
    judged as (
      select judged.*, followed.unit_key is not null and judged.is_best as is_followed
      from intermediate.link_pairs_judged as judged
      left join intermediate.links_followed as followed using (unit_key)
      where judged.unit_key in (from units)
        or (judged.other_side <> 'registrant' and judged.other_key in (from units))
    )
    select one.name, judged.other_side, coalesce(other.name, registrants.full_name) as other_name, judged.family,
      judged.name_level, judged.time_level, judged.mail_level, judged.choice_level,
      judged.match_weight, judged.name_weight, judged.time_weight, judged.mail_weight, judged.choice_weight,
      judged.probability::double as probability, judged.is_followed
    from judged
    join spelled as one on one.unit_key = judged.unit_key
    left join spelled as other on judged.other_side <> 'registrant' and other.unit_key = judged.other_key
    left join intermediate.registrants_merged as registrants
      on judged.other_side = 'registrant' and registrants.registrant_key = judged.other_key
    order by judged.is_followed desc, judged.probability desc, judged.unit_key, judged.other_side, judged.other_key
    limit 20`
}
