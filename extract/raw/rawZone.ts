import type { CaptureStatus, DataStream, Source, Subject } from '../streams.ts'
import type { Page } from '../zoom/endpoint.ts'
import type { CaptureProgress } from './capture.ts'
import type { Disk } from './disk.ts'

export interface RawZoneOptions {
  dataDir: string
  accountId: string
  runId: string
  /**
   * Ended captures with this many rows together are flushed without being asked to; sooner where their rows are long
   * enough to fill more than three quarters of `heldBytesMax`, or a quarter where open captures fill most of the rest.
   * Default 65,536: four row groups.
   */
  segmentRows?: number
  /** Bytes of rows that wait in memory for their flush; later pages are read back from the journal. Default 36 MiB. */
  heldBytesMax?: number
  /** A journal file is followed by the next once it has this many bytes. Default 64 MiB. */
  journalFileBytes?: number
  /** Turns a journaled body into a page, as it was turned when it arrived. */
  parse(stream: DataStream, source: Source, body: unknown): Page
}

export interface RawZoneEffects {
  /** Epoch milliseconds. */
  clock(): number
  disk: Disk
}

/** A capture that a crash interrupted. */
export interface UnfinishedCapture {
  captureId: string
  stream: DataStream
  source: Source
  subject: Subject
  pagesDone: number
  /** Where to go on; null when no page was read (`pagesDone` 0), or all were and only the verdict is missing. */
  nextPageToken: string | null
  /** When its last page was fetched, or it was begun, in epoch milliseconds. Zoom's page tokens expire. */
  lastFetchedAt: number
  startedAt: number
}

export interface CaptureWriter {
  readonly captureId: string
  /**
   * Resolves when the page is durable. One page of a capture at a time.
   * @param p.text the body as JSON text or its bytes, less secrets and join links; `parse` of it must give `page`
   * @param p.bytes size of the body as it came
   * @throws TypeError when a row does not fit the stream's columns; nothing is written then
   * @throws RawZoneError
   */
  page(p: { page: Page; text: string | Buffer; fetchedAt: number; bytes: number }): Promise<void>
  /** The listing starts again (its token expired): durably forgets the pages so far. */
  restart(): Promise<void>
  progress(): CaptureProgress
  /**
   * The verdict, durable. The rows become visible with the next flush, which this one is when enough of them are
   * waiting; its error comes out here, with the verdict durable all the same.
   */
  end(verdict: { status: CaptureStatus; reason?: string; errorCode?: number }): Promise<void>
}

export interface RawZoneStats {
  /** What was made durable since the zone was opened. */
  rows: number
  pages: number
  /** Captures that ended since. */
  captures: number
  /** Parquet files written since, and their size. */
  segments: number
  bytes: number
}

export interface RawZone {
  /** Captures a crash interrupted, in the order they were begun; each is to be resumed or dropped. */
  readonly unfinished: readonly UnfinishedCapture[]
  /** Begins a capture; with `resume` goes on with an unfinished one of the same stream, source and subject. */
  begin(capture: { stream: DataStream; source: Source; subject: Subject; resume?: string }): CaptureWriter
  /** Whether an unfinished capture was neither resumed nor dropped so far. */
  isAbandoned(captureId: string): boolean
  /** Durably forgets a capture that has not ended, as if it had never been begun. */
  drop(captureId: string): Promise<void>
  /** Shows queries of this process what ended so far, without committing it. @throws RawZoneError */
  show(): Promise<void>
  /**
   * Commits everything that ended so far.
   * @throws RawZoneError, and the same one ever after: the zone is to be opened again, nothing durable is lost
   */
  flush(): Promise<void>
  /** Flushes, and removes the run's journal when nothing is left in it. */
  close(): Promise<void>
  stats(): RawZoneStats
}
