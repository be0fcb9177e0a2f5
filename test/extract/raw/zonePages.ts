import type { RawRow } from '../../../extract/raw/columns.ts'
import type { Subject } from '../../../extract/streams.ts'
import type { Page } from '../../../extract/zoom/endpoint.ts'

export const runId = '20260501T093000000Z-acc'
/** 2026-05-02 10:00 UTC */
export const fetchedAt = Date.UTC(2026, 4, 2, 10)

/** Pages as a journal keeps them: the rows themselves, and what surrounds them. */
export interface Body {
  rows: { row: RawRow; raw: string }[]
  rejects?: Page['rejects']
  next?: string
  total?: number
}

export function parseBody(body: unknown): Page {
  const { rows, rejects = [], next, total } = body as Body
  return { rows, rejects, nextPageToken: next ?? null, totalRecords: total ?? null, pageSize: 300 }
}

/** What `page` of a writer takes. */
export function pageOf(body: Body): { page: Page; text: string; fetchedAt: number; bytes: number } {
  const text = JSON.stringify(body)
  return { page: parseBody(body), text, fetchedAt, bytes: text.length }
}

export function participants(first: number, count: number): Body['rows'] {
  return Array.from({ length: count }, (_, at) => {
    const row = { name: `Ana ${first + at}`, user_id: String(first + at), duration_seconds: first + at }
    return { row, raw: JSON.stringify(row) }
  })
}

export function instance(name: string, start = '2026-04-30T23:30:00Z'): Subject {
  return { key: `instance:${name}`, webinarId: 91_234_567_890, instanceUuid: name, instanceStart: start }
}
