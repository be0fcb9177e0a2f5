import { existsSync } from 'node:fs'
import path from 'node:path'
import { queryRaw } from '../../extract/raw/query.ts'
import { listRuns } from '../../extract/runs.ts'
import { queryCatalog } from '../catalog.ts'

/** An instance of which no participant row was captured, and what its best capture says. */
export interface EmptyHanded {
  uuid: string
  status: string
  reason: string | null
}

/** What the data on disk shows of the troubles users report most. */
export interface Symptoms {
  /** Instances whose participants were asked for. */
  asked: number
  /** Without a row and not confirmed empty by Zoom; oldest problem first. */
  emptyHanded: EmptyHanded[]
  /** Webinar ids that Zoom does not know and no route has ever seen. */
  unknownWebinars: number[]
  /** Readings whose last attempt failed on a rate limit. */
  limited: number
  /** Why the last unfinished run stopped, where that was the daily quota. */
  stoppedByQuota: string | null
  /** From the catalog: participants by whether their webinar has registration. Null before the first transform. */
  emails: EmailCount[] | null
}

export interface EmailCount {
  hasRegistration: boolean
  source: string
  participants: number
  withoutEmail: number
  /** Without e-mail, but known by registrant id or Zoom account user. */
  withoutEmailButKnown: number
}

/** Reads the raw zone's ledger and the catalog, without locking either. */
export async function readSymptoms(dataDir: string): Promise<Symptoms> {
  const best = await queryRaw<{ uuid: string; status: string; reason: string | null; rows: number | null }>(
    dataDir,
    `select coalesce(instance_uuid, subject) as uuid, status, reason, captured_rows as rows
     from raw.captures
     where stream = 'participants' and source_endpoint <> 'csv'
     qualify row_number() over (
         partition by account_id, subject
         order by
             array_position(
                 ['complete', 'partial', 'empty', 'not_ready', 'expired', 'denied', 'failed'], status
             ),
             captured_rows desc,
             finished_at desc,
             capture_id desc
     ) = 1
     order by status, instance_start desc, uuid`,
  )
  const unknown = await queryRaw<{ webinar_id: number }>(
    dataDir,
    `select distinct webinar_id
     from raw.captures
     where stream = 'instances' and source_endpoint = 'past_webinars' and error_code in (300, 3001)
         and webinar_id not in (
             select webinar_id from raw.instances where webinar_id is not null
             union all
             select webinar_id from raw.webinars where webinar_id is not null
         )
     order by webinar_id`,
  )
  const limited = await queryRaw<{ readings: number }>(
    dataDir,
    `select count(*) filter (is_limited) as readings
     from (
         select
             status = 'failed' and (error_code = 429 or reason like '%: rate_limited%') as is_limited
         from raw.captures
         qualify row_number() over (
             partition by account_id, stream, subject, source_endpoint
             order by finished_at desc, capture_id desc
         ) = 1
     )`,
  )
  const lastRun = listRuns(dataDir).at(-1)
  const isQuotaStop = lastRun?.status === 'stopped' && /daily_limit/.test(lastRun.reason ?? '')
  return {
    asked: best.length,
    emptyHanded: best.filter(({ rows, status }) => !rows && status !== 'empty' && status !== 'complete'),
    unknownWebinars: unknown.map((row) => row.webinar_id),
    limited: limited[0]?.readings ?? 0,
    stoppedByQuota: isQuotaStop ? (lastRun?.reason ?? null) : null,
    emails: await countEmails(dataDir),
  }
}

async function countEmails(dataDir: string): Promise<EmailCount[] | null> {
  if (!existsSync(path.join(dataDir, 'rollcall.duckdb'))) return null
  const { rows } = await queryCatalog(
    dataDir,
    `select
         coalesce(webinars.has_registration, false) as has_registration,
         participants.source_endpoint as source,
         count(*) as participants,
         count(*) filter (participants.participant_email is null) as without_email,
         count(*) filter (
             participants.participant_email is null
             and (participants.registrant_id is not null or participants.zoom_user_id is not null)
         ) as known
     from marts.zoom_participants as participants
     left join marts.zoom_webinars as webinars on webinars.id = participants.webinar_id
     group by all
     order by all`,
  )
  return rows.map((row) => ({
    hasRegistration: row.has_registration === true,
    source: String(row.source),
    participants: Number(row.participants),
    withoutEmail: Number(row.without_email),
    withoutEmailButKnown: Number(row.known),
  }))
}
