import type { RawRow } from '../raw/columns.ts'
import type { PackedRows } from '../raw/packedRows.ts'
import type { DataStream, Source, Subject } from '../streams.ts'

/** Zoom's rate-limit labels; quotas are counted per label and account. */
export type RateLabel = 'light' | 'medium' | 'heavy' | 'resource_intensive'

/** One row of a page, in the stream's columns, with its JSON less secrets and join links. */
export interface ParsedRow {
  row: RawRow
  raw: string
}

/** What of a page could not be understood. `rowNumber` counts from 1; null refuses the whole page. */
export interface Reject {
  rowNumber: number | null
  reason: string
  raw: string
}

/** A page of Zoom's answer in our terms. */
export interface Page {
  rows: ParsedRow[]
  /** The same rows by column, where they were read so; `rows` are then made when they are asked for. */
  encoded?: PackedRows
  rejects: Reject[]
  /** Null on the last page. */
  nextPageToken: string | null
  /** Rows over all pages, as Zoom says; null where it does not say. */
  totalRecords: number | null
  /** The page size Zoom used, which may differ from the one asked for. */
  pageSize: number | null
}

/** One Zoom endpoint as a source of one stream. */
export interface Endpoint {
  stream: DataStream
  source: Source
  label: RateLabel
  /** Granular scopes, any of which opens the endpoint; the classic ones after them. */
  scopes: readonly string[]
  /** Whether the listing has pages; an unpaged one ends after its first answer. */
  isPaged: boolean
  /** Path below the API base (no leading `/v2`), already encoded, and the query without `next_page_token`. */
  request(subject: Subject): { path: string; query: Readonly<Record<string, string>> }
  /** Never throws on strange rows: they become rejects. A body that is no page at all becomes one reject with rowNumber null. */
  parse(body: unknown): Page
  /** The same from the bytes of a body, many times as fast; null where it takes `parse`. */
  scan?(bytes: Buffer): ScannedPage | null
}

/** A page that was read from its bytes. */
export interface ScannedPage {
  page: Page
  /** The body without secrets and join links, of which `parse` gives the same page. */
  bytes: Buffer
}
