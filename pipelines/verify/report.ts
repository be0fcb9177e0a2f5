import { type Ask, askingCatalog } from '../catalog.ts'
import { completenessOf, isoOf, textOf } from '../completeness.ts'
import { type CorrectionOutcome, readOutcomes } from '../corrections/outcomes.ts'
import { type LedgerLine, readLedger, type SeenOnce, seenByOneRoute } from './ledger.ts'
import { type Matter, mattersOf } from './matters.ts'

/** So many figures of Zoom's are shown to who does not ask for all. */
export const FIGURES_AT_A_GLANCE = 8

/** What `verify` tells at a glance: nothing in it is as long as the history, but what is wrong with it. */
export interface VerifySummary {
  /** Time of the last capture, ISO 8601; the report is about what was known then. */
  asOf: string | null
  isComplete: boolean
  instances: number
  completeInstances: number
  /** Instances that are restarts of another. */
  restarts: number
  /** Join/leave rows. */
  expectedRows: number
  capturedRows: number
  participants: number
  /** What is missing and what to do, the most urgent first. */
  matters: Matter[]
  /** How many figures of Zoom about an instance as a whole are not ours. Nothing is missing for them. */
  differingFigures: number
  /** The latest of them. */
  figures: FigureDifference[]
  /** Decisions of the user about who is one that match nothing or do not hold; `rollcall correct` says more. */
  corrections: Pick<CorrectionOutcome, 'line' | 'status'>[]
  /** How many instances each route saw, and how many of these no other did: without it they would be unknown. */
  discovery: { route: string; instances: number; seenByNoOther: number }[]
}

/** Everything `verify` knows. The shape of its `--json`, a stable contract: fields are added, never changed. */
export interface VerifyReport extends VerifySummary {
  /** All that differ. */
  figures: FigureDifference[]
  seenByOneRoute: SeenOnce[]
  /** Every instance beside Zoom's own figures, by webinar and start. */
  ledger: LedgerLine[]
}

export interface FigureDifference {
  topic: string | null
  zoomWebinarId: number
  zoomUuid: string | null
  startTime: string | null
  source: string
  figure: string
  measure: string
  promised: number
  captured: number
  verdict: string
  note: string | null
}

/**
 * Reads the completeness report from the catalog, added up there: a long history has ten thousands of instances.
 * @throws {CliError} where there is no catalog
 */
export async function readVerifySummary(dataDir: string): Promise<VerifySummary> {
  return askingCatalog(dataDir, (ask) => summaryOf(dataDir, ask, FIGURES_AT_A_GLANCE))
}

/**
 * The same with every instance one by one.
 * @throws {CliError} where there is no catalog
 */
export async function readVerifyReport(dataDir: string): Promise<VerifyReport> {
  return askingCatalog(dataDir, async (ask) => {
    const summary = await summaryOf(dataDir, ask, Number.MAX_SAFE_INTEGER)
    const ledger = await readLedger(ask)
    return { ...summary, seenByOneRoute: seenByOneRoute(ledger), ledger }
  })
}

/** @param figuresMax how many figures are read, where there are more */
async function summaryOf(dataDir: string, ask: Ask, figuresMax: number): Promise<VerifySummary> {
  const { attention, asOf, ...totals } = await completenessOf(ask)
  return {
    asOf,
    isComplete: attention.length === 0,
    ...totals,
    restarts: await countRestarts(ask),
    matters: mattersOf(attention, asOf),
    differingFigures: await countDifferingFigures(ask),
    figures: await readFigures(ask, figuresMax),
    corrections: (await readOutcomes(dataDir, ask))
      .filter(({ status }) => status !== 'holds')
      .map(({ line, status }) => ({ line, status })),
    discovery: await readDiscovery(ask),
  }
}

async function countRestarts(ask: Ask): Promise<number> {
  const { rows } = await ask(
    `select count(*) filter (where restart_number > 0) as restarts from marts.zoom_webinar_instances`,
  )
  return Number(rows[0]?.restarts)
}

async function readDiscovery(ask: Ask): Promise<VerifySummary['discovery']> {
  const { rows } = await ask(
    `with
     seen as (
         select string_split(discovered_by, ', ') as routes from marts.zoom_webinar_instances
     ),
     routes as (
         select unnest(routes) as route, len(routes) = 1 as is_alone from seen
     )
     select route, count(*) as instances, count(*) filter (where is_alone) as seen_by_no_other
     from routes
     group by route
     order by route`,
  )
  return rows.map((row) => ({
    route: String(row.route),
    instances: Number(row.instances),
    seenByNoOther: Number(row.seen_by_no_other),
  }))
}

const isDiffering = `promises.figure <> 'total_records' and promises.promised <> promises.captured
     and promises.verdict in ('differs', 'unknown')`

async function countDifferingFigures(ask: Ask): Promise<number> {
  const { rows } = await ask(
    `select count(*) as figures from marts.zoom_capture_promises as promises where ${isDiffering}`,
  )
  return Number(rows[0]?.figures)
}

/** Which ones is told by few columns, and the others are read of these only: nearly every instance has some. */
async function readFigures(ask: Ask, max: number): Promise<FigureDifference[]> {
  const order =
    'instances.start_time desc nulls last, instances.zoom_uuid, promises.figure, promises.source_endpoint'
  const { rows } = await ask(
    `with
     latest as (
         select promises.rowid as number
         from marts.zoom_capture_promises as promises
         left join marts.zoom_webinar_instances as instances on instances.id = promises.instance_id
         where ${isDiffering}
         order by ${order}
         limit ${max}
     )
     select
         coalesce(instances.topic, webinars.topic) as topic,
         webinars.zoom_webinar_id,
         instances.zoom_uuid,
         epoch_ms(instances.start_time) as start_ms,
         promises.source_endpoint, promises.figure, promises.measure,
         promises.promised, promises.captured, promises.verdict, promises.note
     from latest
     inner join marts.zoom_capture_promises as promises on promises.rowid = latest.number
     inner join marts.zoom_webinars as webinars on webinars.id = promises.webinar_id
     left join marts.zoom_webinar_instances as instances on instances.id = promises.instance_id
     order by ${order}`,
  )
  return rows.map((row) => ({
    topic: textOf(row.topic),
    zoomWebinarId: Number(row.zoom_webinar_id),
    zoomUuid: textOf(row.zoom_uuid),
    startTime: isoOf(row.start_ms),
    source: String(row.source_endpoint),
    figure: String(row.figure),
    measure: String(row.measure),
    promised: Number(row.promised),
    captured: Number(row.captured),
    verdict: String(row.verdict),
    note: textOf(row.note),
  }))
}
