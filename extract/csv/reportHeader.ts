import { typedText, wholeNumberOf, zoomValue } from './cells.ts'
import { CsvReportError } from './csvReportError.ts'
import { parseLocalTime, type ReportZone } from './localTime.ts'
import { type CellFinder, finderOf } from './reportRow.ts'
import type { ReportItem } from './sections.ts'

/** What Zoom says of the webinar above the sections. Figures are Zoom's own and may contradict the rows. */
export interface ReportHeader {
  topic: string | null
  webinarId: number
  /** ISO 8601 UTC. */
  startTime: string
  /** Whole minutes, rounded up. */
  durationMinutes: number | null
  registered: number | null
  cancelled: number | null
  uniqueViewers: number | null
  totalUsers: number | null
  maxConcurrentViews: number | null
  /** ISO 8601 UTC. */
  reportGenerated: string | null
}

/**
 * Reads the header. Throws `CsvReportError` without a webinar id or a start, which make the instance's identity,
 * and where a figure is none.
 */
export function readHeader(
  item: Extract<ReportItem, { kind: 'header' }>,
  zone: ReportZone,
  file: string,
): ReportHeader {
  const cellOf = finderOf({ section: 'Host Details', columns: item.columns })
  const refuse = (found: string, expected: string): never => {
    throw new CsvReportError({ file, line: item.line, found, expected })
  }
  const count = (...names: string[]): number | null => {
    const value = wholeNumberOf(cellOf(item.cells, ...names))
    return Number.isNaN(value)
      ? refuse(cellOf(item.cells, ...names) ?? '', `a whole number as "${names[0]}"`)
      : value
  }
  const startCell = cellOf(item.cells, 'actual start time') ?? ''
  const start = parseLocalTime(startCell)
  if ('problem' in start) return refuse(startCell, `the webinar's start; this ${start.problem}`)
  return {
    topic: typedText(cellOf(item.cells, 'topic')),
    webinarId: webinarIdOf(cellOf, item.cells, refuse),
    startTime: isoOf(zone.moments(start.local_ms).moments[0]),
    durationMinutes: count('actual duration (minutes)'),
    registered: count('# registered', '# registrants'),
    cancelled: count('# cancelled', '# canceled'),
    uniqueViewers: count('unique viewers'),
    totalUsers: count('total users'),
    maxConcurrentViews: count('max concurrent views'),
    reportGenerated: generatedAt(item.generated, zone),
  }
}

/** Zoom groups the digits: `328-972-509` once, `847 5984 1045` now. */
function webinarIdOf(
  cellOf: CellFinder,
  cells: readonly string[],
  refuse: (found: string, expected: string) => never,
): number {
  const cell = cellOf(cells, 'webinar id') ?? ''
  const digits = cell.replaceAll(/[\s-]/g, '')
  if (!/^\d{9,15}$/.test(digits)) {
    refuse(
      cell,
      'a webinar id of 9 digits or more; spreadsheets shorten it, so use the file as Zoom exported it',
    )
  }
  return Number(digits)
}

function generatedAt(cell: string | null, zone: ReportZone): string | null {
  const time = parseLocalTime(zoomValue(cell ?? undefined) ?? '')
  return 'problem' in time ? null : isoOf(zone.moments(time.local_ms).moments[0])
}

function isoOf(moment_ms: number): string {
  return new Date(moment_ms).toISOString()
}
