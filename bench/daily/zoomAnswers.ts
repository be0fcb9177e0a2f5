import { DuckDBInstance } from '@duckdb/node-api'
import type { Subject } from '../../extract/streams.ts'
import { endpointFor } from '../../extract/zoom/endpoints/catalogue.ts'
import { type Reading, rowsFrom, rowsOfPage } from './reading.ts'

/** Bodies by what is asked for: the path below the API base and the query, its parameters in their order. */
export type Answers = Map<string, string>

export function questionOf(path: string, query: URLSearchParams): string {
  query.sort()
  return `${path}?${query}`
}

/** What Zoom answers whoever makes these readings, page by page. */
export async function answersTo(readings: readonly Reading[]): Promise<Answers> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  const answers: Answers = new Map()
  for (const reading of readings) {
    const fields = Object.entries(reading.subject).map(([field, sql]) => `'${field}', ${sql}`)
    const subject = `json_object(${fields.join(', ')})::varchar`
    const sent = await connection.runAndReadAll(
      `select subjects.subject, coalesce(rows.sent, [])
       from (select ${subject} as subject from ${reading.of}) as subjects
       left join (
           select ${subject} as subject, list((${reading.sent})::varchar order by r) as sent
           from ${rowsFrom(reading)} group by all
       ) as rows using (subject)`,
    )
    for (const [subject, rows] of sent.getRowsJS() as [string, string[]][]) {
      for (const [question, body] of pagesOf(reading, JSON.parse(subject), rows)) answers.set(question, body)
    }
  }
  connection.closeSync()
  instance.closeSync()
  return answers
}

function* pagesOf(
  { stream, source, list }: Reading,
  subject: Subject,
  rows: readonly string[],
): Generator<[string, string]> {
  const endpoint = endpointFor(stream, source)
  const { path, query } = endpoint.request(subject)
  if (list === null) {
    yield [questionOf(path, new URLSearchParams(query)), rows.join()]
    return
  }
  const step = endpoint.isPaged ? rowsOfPage : Math.max(1, rows.length)
  for (let first = 0; first === 0 || first < rows.length; first += step) {
    const asked = new URLSearchParams(query)
    if (first > 0) asked.set('next_page_token', `page-at-${first}`)
    const next = first + step < rows.length ? `page-at-${first + step}` : ''
    const head = { page_size: rowsOfPage, total_records: rows.length, next_page_token: next }
    const page = rows.slice(first, first + step)
    yield [questionOf(path, asked), `${JSON.stringify(head).slice(0, -1)},"${list}":[${page.join()}]}`]
  }
}
