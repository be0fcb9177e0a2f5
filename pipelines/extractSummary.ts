import type { ExtractSummary } from '../extract/extract.ts'

/** What `--json` promises of an extract. */
export function extractSummaryJson(summary: ExtractSummary) {
  const { routes, ...rest } = summary
  return {
    ...rest,
    routes: routes.map((route) => ({
      stream: route.stream,
      source: route.source,
      statuses: countBy(route.outcomes.map((outcome) => outcome.verdict.status)),
    })),
  }
}

function countBy(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
