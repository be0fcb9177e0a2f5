import { lostCaptures } from '../extract/raw/views.ts'
import type { Stream } from '../extract/streams.ts'
import type { Engine } from './engine.ts'
import { type Segment, storedRowsSql } from './record.ts'
import { quoteList, quoteLiteral } from './sql-text.ts'

/** What a row of each stream is, for whoever looks into the catalog. */
const contents: Record<Stream, string> = {
  users: 'One row per user of the account and reading of the list.',
  webinars: 'One row per webinar and reading of it: from lists, reports and its own settings.',
  instances: 'One row per instance and route by which it was seen.',
  participants: 'One row per join/leave row as Zoom reports it, of every reading.',
  registrants: 'One row per registration and reading of the list it is in.',
  registration_questions: 'One row per question of a registration form and reading of it.',
  panelists: 'One row per panelist of a webinar and reading of the list.',
  absentees: 'One row per registrant whom Zoom counts as absent from an instance, of every reading.',
  polls: 'One row per poll answer, of every reading.',
  questions: 'One row per question asked in Q&A, of every reading.',
  surveys: 'One row per survey answer, of every reading.',
  tracking_sources: 'One row per tracking source of a webinar and reading of the list.',
  report_details: 'One row per report about an instance as a whole.',
  captures: 'One row per reading of something, to its end: what was asked, what came, how it ended.',
  pages: 'One row per page of a reading.',
  rejects: 'One row per row or page that could not be understood, with what it was.',
}

/**
 * (Re)creates `rollcall.raw.<stream>`: the rows of committed captures in its segments.
 * @param segments all there are, of all streams
 * @param alike paths below `raw/` of segments known to have the declared columns; the others are opened to find out
 */
export async function showRaw(
  engine: Engine,
  dataDir: string,
  stream: Stream,
  segments: readonly Segment[],
  alike: ReadonlySet<string>,
): Promise<void> {
  const paths = segments.filter((segment) => segment.stream === stream).map(({ path }) => path)
  const rows = storedRowsSql(dataDir, stream, paths, alike)
  const committed =
    stream === 'captures'
      ? `not list_contains(${quoteList(lostCaptures(dataDir))}, capture_id)`
      : 'capture_id in (select captures.capture_id from rollcall.raw.captures)'
  const name = `rollcall.raw.${stream}`
  await engine.run(`create or replace view ${name} as select * from (${rows}) where ${committed}`)
  await engine.run(`comment on view ${name} is ${quoteLiteral(contents[stream])}`)
}
