import { type DoneCapture, wantsFallback } from '../capture.ts'
import type { Plan, PlannedCapture } from '../plan.ts'
import { queryRaw } from '../raw/query.ts'
import { registrantSourceListings } from '../registrantSources.ts'
import type { Settings } from '../settings.ts'
import type { Why } from '../settling.ts'
import type { DataStream, Source } from '../streams.ts'
import type { Endpoint, RateLabel } from '../zoom/endpoint.ts'
import { endpointsOf } from '../zoom/endpoints/catalogue.ts'
import { page_size } from '../zoom/endpoints/define.ts'
import { rateLabels } from '../zoom/plans.ts'
import { opens } from '../zoom/scopes.ts'

/**
 * How the number of requests of a reading is known.
 * - `fixed`: the endpoint has no pages; exact.
 * - `last_reading`: as many pages as the last whole reading had; exact where nothing was added since.
 * - `reported`: from the participants Zoom counts elsewhere. Rows are at least as many, so it is a lower estimate.
 * - `at_least_one`: nothing is known about its length.
 */
export type Basis = 'fixed' | 'last_reading' | 'reported' | 'at_least_one'

/** The readings of one stream from one source. */
export interface ForecastLine {
  stream: DataStream
  source: Source
  label: RateLabel
  readings: number
  requests: number
  /** Requests by how they are known. */
  basis: Partial<Record<Basis, number>>
}

export interface Forecast {
  lines: ForecastLine[]
  /** Readings by why they are made. */
  why: Partial<Record<Why, number>>
  /** Requests by phase of the run, in order: phases follow each other, their labels run side by side. */
  phases: Record<RateLabel, number>[]
}

/**
 * The requests a plan costs. Each reading is taken to be answered by the first source that the token opens; what a
 * source that refuses, fails or falls short costs beside it cannot be known before.
 * @param done readings that a run to be gone on with has already
 * @param granted scopes of the token; none named means that nothing is known about them
 */
export async function forecast(
  plan: Plan,
  settings: Settings,
  done: ReadonlyMap<string, DoneCapture>,
  granted: readonly string[],
): Promise<Forecast> {
  const pages = await pagesOfLastReadings(settings)
  const lines = new Map<string, ForecastLine>()
  const why: Forecast['why'] = {}
  /** Sources without their scope: the first answer closes them for the run. */
  const closed = new Set<string>()

  const add = (phase: Record<RateLabel, number>, endpoint: Endpoint, requests: number, basis: Basis) => {
    const { stream, source, label } = endpoint
    const name = `${stream}|${source}`
    const line = lines.get(name) ?? { stream, source, label, readings: 0, requests: 0, basis: {} }
    line.readings += 1
    line.requests += requests
    line.basis[basis] = (line.basis[basis] ?? 0) + requests
    lines.set(name, line)
    phase[label] += requests
  }
  const read = (phase: Record<RateLabel, number>, planned: PlannedCapture, hinted: number | null) => {
    const { stream, subject, sources } = planned
    let isCounted = false
    for (const endpoint of endpointsOf(stream)) {
      const { source } = endpoint
      if (sources !== undefined && !sources.includes(source)) continue
      const earlier = done.get(`${stream}|${subject.key}|${source}`)
      if (earlier !== undefined && wantsFallback(earlier.verdict)) continue
      if (earlier !== undefined) break
      const isOpen = granted.length === 0 || opens(granted, endpoint)
      const isKnownClosed = !isOpen && closed.has(`${stream}|${source}`)
      if (!isOpen) closed.add(`${stream}|${source}`)
      if (!isCounted) why[planned.why] = (why[planned.why] ?? 0) + 1
      isCounted = true
      if (isKnownClosed) continue
      const last = pages.get(`${stream}|${subject.key}|${source}`)
      if (!isOpen || !endpoint.isPaged) add(phase, endpoint, 1, 'fixed')
      else if (last !== undefined) add(phase, endpoint, Math.max(1, last), 'last_reading')
      else if (stream === 'participants' && hinted !== null)
        add(phase, endpoint, Math.max(1, Math.ceil(hinted / Number(page_size))), 'reported')
      else add(phase, endpoint, 1, 'at_least_one')
      if (isOpen) break
    }
  }

  const [webinars, sources, instances] = [noRequests(), noRequests(), noRequests()]
  for (const webinar of plan.webinars) for (const one of webinar.captures) read(webinars, one, null)
  for (const one of await registrantSourceListings(settings, plan.planListing)) read(sources, one, null)
  for (const instance of plan.instances)
    for (const one of instance.captures) read(instances, one, instance.hintedParticipants)
  return { lines: [...lines.values()], why, phases: [webinars, sources, instances] }
}

export function noRequests(): Record<RateLabel, number> {
  return Object.fromEntries(rateLabels.map((label) => [label, 0])) as Record<RateLabel, number>
}

/** Pages of the last whole reading, by `stream|subject|source`. */
async function pagesOfLastReadings({
  dataDir,
  accountId,
}: Pick<Settings, 'dataDir' | 'accountId'>): Promise<Map<string, number>> {
  const rows = await queryRaw<{ key: string; pages: number }>(
    dataDir,
    `select concat_ws('|', stream, subject, source_endpoint) as key, arg_max(pages, finished_at) as pages
     from raw.captures
     where account_id = $account and status in ('complete', 'empty') and pages is not null
     group by all`,
    { account: accountId },
  )
  return new Map(rows.map(({ key, pages }) => [key, pages]))
}
