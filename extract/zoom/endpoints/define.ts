import * as z from 'zod'
import type { RawRow } from '../../raw/columns.ts'
import type { Subject } from '../../streams.ts'
import type { Endpoint, Page, Reject, ScannedPage } from '../endpoint.ts'
import { redactRow } from '../redact.ts'
import type { pageScanner } from '../scan/pageScanner.ts'
import { int32, int64, RowRefused, scalar, text } from '../schemas/scalars.ts'

type Body = Readonly<Record<string, unknown>>

/** What an endpoint's file says; `defineEndpoint` adds how a page is read. */
interface Definition<Row extends z.ZodType> extends Omit<Endpoint, 'parse' | 'scan'> {
  /** The page's rows, not yet looked at; null where the body has no place for rows, so that it is no such page. */
  items(body: Body): readonly unknown[] | null
  /** What a row must look like. */
  schema: Row
  /** The row in columns; null drops it, where the listing carries what the stream is not about. May throw RowRefused. */
  toRow(row: z.infer<Row>): RawRow | null
  /** Reads pages from their bytes, see `pageScanner`; by rows where it is not given. */
  scan?: ReturnType<typeof pageScanner>
  /** False where `total_records` counts rows that `toRow` drops, so that it promises nothing. */
  isTotalOfRows?: false
}

/**
 * An endpoint whose pages are read leniently and completely: a row that cannot be understood becomes a reject with its
 * text, and never hides the others. A body without a place for rows is refused whole, because an empty page would
 * say "nobody came".
 */
export function defineEndpoint<Row extends z.ZodType>(definition: Definition<Row>): Endpoint {
  const { items, schema, toRow, isTotalOfRows = true, scan, ...endpoint } = definition
  return scan === undefined ? { ...endpoint, parse } : { ...endpoint, parse, scan: scanned(scan) }

  function scanned(read: NonNullable<typeof scan>) {
    return (body: Buffer): ScannedPage | null => {
      const found = read(body)
      if (found === null) return null
      const { bytes } = found
      let rows: Page['rows'] | null = null
      const page = {
        ...found.page,
        get rows() {
          rows ??= parse(JSON.parse(bytes.toString('utf8'))).rows
          return rows
        },
      }
      return { page, bytes }
    }
  }

  function parse(body: unknown): Page {
    const envelope = pageEnvelope.safeParse(body)
    if (!envelope.success) return refused(body, reasonOf(envelope.error))
    const { next_page_token, total_records, page_size } = envelope.data
    const promised = int64(total_records)
    const found = items(body as Body) ?? (promised === 0 && !hasOtherList(body as Body) ? [] : null)
    if (found === null) return refused(body, 'the body has no list of rows')

    const page: Page = {
      rows: [],
      rejects: [],
      nextPageToken: text(next_page_token),
      totalRecords: isTotalOfRows && promised !== null && promised >= 0 ? promised : null,
      pageSize: int32(page_size),
    }
    found.forEach((item, index) => {
      const reject = read(item, page)
      if (reject !== null) page.rejects.push({ rowNumber: index + 1, ...reject })
    })
    return page
  }

  /** Adds the row to the page, or says why not. */
  function read(item: unknown, page: Page): Omit<Reject, 'rowNumber'> | null {
    const { value, text: raw } = redactRow(item)
    const shaped = schema.safeParse(value)
    if (!shaped.success) return { reason: reasonOf(shaped.error), raw }
    try {
      const row = toRow(shaped.data)
      if (row !== null) page.rows.push({ row, raw })
      return null
    } catch (error) {
      if (error instanceof RowRefused) return { reason: error.message, raw }
      // A value just shallow enough to be written once may be too deep to be written again.
      if (error instanceof RangeError) return { reason: 'nested too deeply', raw }
      throw error
    }
  }
}

const pageEnvelope = z.object({ next_page_token: scalar, total_records: scalar, page_size: scalar })

/** Where and what; never the value, which may be long or personal. */
function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues
  const place = issue?.path.map(String).join('.')
  return place ? `${place} has an unexpected type` : 'an object was expected'
}

function refused(body: unknown, reason: string): Page {
  const { text: raw } = redactRow(body)
  return {
    rows: [],
    rejects: [{ rowNumber: null, reason, raw }],
    nextPageToken: null,
    totalRecords: null,
    pageSize: null,
  }
}

/**
 * Whether a body has something in a list, whatever its name. A body without the list that was expected is empty only
 * where it has no other: a list that Zoom renames has to be missed.
 */
function hasOtherList(body: Body): boolean {
  return Object.values(body).some((value) => Array.isArray(value) && value.length > 0)
}

/** A list of the body by name; null where it is none. */
export function listNamed(name: string): (body: Body) => readonly unknown[] | null {
  return (body) => (Array.isArray(body[name]) ? body[name] : null)
}

/** The body itself as the only row, where it has the field that makes it one. */
export function bodyWith(field: string): (body: Body) => readonly unknown[] | null {
  return (body) => (text(scalar.safeParse(body[field]).data) === null ? null : [body])
}

/**
 * Rows of a report in which each person has a list: one row per entry, with the person's fields and, of the body, the
 * named ones. Where the list of people is absent, a body that says which instance it is about has none. A person
 * without the list is no person without entries, but an item that has to be refused.
 */
export function flattened(
  people: string,
  entries: string,
  ofBody: readonly string[] = [],
): (body: Body) => readonly unknown[] | null {
  return (body) => {
    const found = body[people]
    if (found === undefined || found === null) {
      return ('uuid' in body || 'webinar_uuid' in body) && !hasOtherList(body) ? [] : null
    }
    if (!Array.isArray(found)) return null
    const shared = ofBody.filter((field) => field in body).map((field) => [field, body[field]])
    return found.flatMap((person: unknown) => {
      if (!isObject(person)) return [person]
      const details = person[entries]
      if (!Array.isArray(details)) return [person]
      const own = Object.entries(person).filter(([field]) => field !== entries)
      return details.map((detail: unknown) =>
        isObject(detail) ? Object.fromEntries([...shared, ...own, ...Object.entries(detail)]) : detail,
      )
    })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field the endpoint cannot be asked without. @throws TypeError naming the subject: the caller chose the wrong endpoint. */
export function required<Field extends keyof Subject>(
  subject: Subject,
  field: Field,
): NonNullable<Subject[Field]> {
  const value = subject[field]
  if (value === undefined || value === null || value === '') {
    throw new TypeError(`The subject ${subject.key} has no ${field}, which this endpoint is asked by.`)
  }
  return value
}

/** Asked for everywhere; Zoom may answer with less, so a short page is never taken for the last. */
export const page_size = '300'
