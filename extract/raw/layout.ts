import { join } from 'node:path'
import type { Stream } from '../streams.ts'
import type { Disk } from './disk.ts'
import { RawZoneError } from './error.ts'

/** `<data>/raw/<stream>` */
export function streamFolder(dataDir: string, stream: Stream): string {
  return join(dataDir, 'raw', stream)
}

/** `<data>/raw/<stream>/month=YYYY-MM` */
export function monthFolder(dataDir: string, stream: Stream, month: string): string {
  return join(streamFolder(dataDir, stream), `month=${month}`)
}

/** `<data>/journal/<run_id>` */
export function journalFolder(dataDir: string, runId: string): string {
  return join(dataDir, 'journal', runId)
}

/** `<data>/set-aside`: what was found and belongs to nothing; never deleted by us. */
export function setAsideFolder(dataDir: string): string {
  return join(dataDir, 'set-aside')
}

/** `<data>/index`: what is known of the raw files without opening them; may be deleted at any time. */
export function indexFolder(dataDir: string): string {
  return join(dataDir, 'index')
}

/** Name of the segments of a run's nth flush, counted from 1. All segments of one flush share it. */
export function segmentName(runId: string, flush: number): string {
  return `${runId}-${String(flush).padStart(4, '0')}.parquet`
}

/** The number of the flush a file of this run was written by; null for files of other runs and other files. */
export function flushOf(runId: string, fileName: string): number | null {
  if (!fileName.startsWith(`${runId}-`)) return null
  const match = /^(\d{4,})\.parquet$/.exec(fileName.slice(runId.length + 1))
  return match ? Number(match[1]) : null
}

/** `<run_id>-<6-digit sequence>` */
export function captureIdOf(runId: string, sequence: number): string {
  return `${runId}-${String(sequence).padStart(6, '0')}`
}

/** The sequence in a capture id of this run. */
export function sequenceOf(runId: string, captureId: string): number {
  return Number(captureId.slice(runId.length + 1))
}

/** Month folder of a run's own files (`captures`, `pages`, `rejects`): the month the run began in. */
export function monthOfRun(runId: string): string {
  return `${runId.slice(0, 4)}-${runId.slice(4, 6)}`
}

/** `YYYY-MM`, UTC. The instance's start decides; without one (or with an absurd one) the time of the fetch. */
export function monthOf(instanceStart: string | undefined, fetchedAtMs: number): string {
  const start = instanceStart === undefined ? Number.NaN : Date.parse(instanceStart)
  const month = Number.isNaN(start) ? '' : new Date(start).toISOString().slice(0, 7)
  return /^\d{4}-\d{2}$/.test(month) ? month : new Date(fetchedAtMs).toISOString().slice(0, 7)
}

/**
 * A run id becomes part of file names, so nothing but the agreed form may pass: `<YYYYMMDDTHHMMSSmmmZ>-<account>`.
 * @throws RawZoneError otherwise
 */
export function checkRunId(dataDir: string, runId: string): void {
  if (/^\d{8}T\d{9}Z-[A-Za-z0-9._-]+$/.test(runId)) return
  throw new RawZoneError({
    action: 'open the raw zone in',
    path: dataDir,
    reason: `${JSON.stringify(runId)} is no run id`,
    remedy: 'A run id is a UTC time and an account id, such as 20260501T093000000Z-abcDEF123.',
  })
}

/** The name, or the name with a number behind it where it is taken: nothing set aside replaces anything. */
export async function freeName(folder: string, file: string, disk: Disk): Promise<string> {
  const taken = new Set(await disk.list(folder))
  for (let n = 0; ; n++) {
    const name = n === 0 ? file : `${file}.${n}`
    if (!taken.has(name)) return name
  }
}
