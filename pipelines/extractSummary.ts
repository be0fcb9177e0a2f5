import type { Route } from '../extract/discovery/discover.ts'
import type { ExtractSummary } from '../extract/extract.ts'

/** What `--json` promises of an extract. */
export function extractSummaryJson(summary: ExtractSummary) {
  const { routes, ...rest } = summary
  return {
    ...rest,
    routes: routesJson(routes),
  }
}

/** The routes by which instances were looked for, and how that ended. */
export function routesJson(routes: readonly Route[]) {
  return routes.map((route) => ({
    stream: route.stream,
    source: route.source,
    statuses: countBy(route.outcomes.map((outcome) => outcome.verdict.status)),
  }))
}

function countBy(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
