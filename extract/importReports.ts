import { basename } from 'node:path'
import { parseCsvPage, readAttendeeReport } from './csv/attendeeReport.ts'
import { realDisk } from './raw/disk.ts'
import type { RawZone } from './raw/rawZone.ts'
import { openRawZone } from './raw/zone.ts'
import { beginRun, type Run, saveRun } from './runs.ts'
import { type Verdict, verdictOfReading } from './verdict.ts'
import { parsePage } from './zoom/endpoints/catalogue.ts'

export interface ImportOptions {
  dataDir: string
  accountId: string
  files: readonly string[]
  /** IANA zone of the times in the files, which name none. */
  timezone: string
  signal?: AbortSignal
}

export interface ImportEffects {
  clock?(): number
  onFile?(file: ImportedFile): void
}

export interface ImportedFile {
  file: string
  topic: string | null
  webinarId: number
  startTime: string
  participantRows: number
  registrations: number
  rejected: number
  /** What the reader of the report should know: a truncated end, a suspected wrong time zone. */
  notes: readonly string[]
}

export interface ImportSummary {
  run: Run
  files: ImportedFile[]
}

/**
 * Brings attendee reports of Zoom's portal into the raw zone, as captures of source `csv`, so that they go the same
 * way on as what the API gave. Every file is read before anything is kept of it: a file that is no attendee report
 * stops the import, and those before it stay.
 *
 * @throws {CsvReportError} naming file, line, what was found and what was expected
 */
export async function importReports(
  options: ImportOptions,
  effects: ImportEffects = {},
): Promise<ImportSummary> {
  const clock = effects.clock ?? Date.now
  const { run } = await beginRun(options.dataDir, options.accountId, 'import', clock)
  try {
    const zone = await openRawZone(
      {
        dataDir: options.dataDir,
        accountId: options.accountId,
        runId: run.run_id,
        parse: (stream, source, body) =>
          source === 'csv' ? parseCsvPage(stream, body) : parsePage(stream, source, body),
      },
      { clock, disk: realDisk },
    )
    // What a killed import had read whole stays; files it was in the middle of are read again from their start.
    await zone.flush()
    for (const { captureId } of zone.unfinished) await zone.drop(captureId)
    const files: ImportedFile[] = []
    for (const file of options.files) {
      options.signal?.throwIfAborted()
      const imported = await importFile(zone, file, options.timezone, clock)
      files.push(imported)
      effects.onFile?.(imported)
    }
    await zone.close()
    const finished: Run = { ...run, status: 'finished', finished_at: new Date(clock()).toISOString() }
    await saveRun(options.dataDir, finished)
    return { run: finished, files }
  } catch (error) {
    // A file that was refused changes nothing; the next import is a run of its own.
    await saveRun(options.dataDir, {
      ...run,
      status: 'failed',
      reason: error instanceof Error ? error.message : String(error),
    })
    throw error
  }
}

async function importFile(
  zone: RawZone,
  file: string,
  timezone: string,
  clock: () => number,
): Promise<ImportedFile> {
  const report = await readAttendeeReport(file, { timezone, fileName: basename(file) })
  const imported: ImportedFile = {
    file,
    topic: report.header.topic,
    webinarId: report.header.webinarId,
    startTime: report.subject.instanceStart ?? '',
    participantRows: 0,
    registrations: 0,
    rejected: 0,
    notes: report.notes,
  }
  for (const { stream, subject, pages } of report.streams) {
    const writer = zone.begin({ stream, source: 'csv', subject })
    for await (const { text, page } of pages) {
      await writer.page({ page, text, fetchedAt: clock(), bytes: Buffer.byteLength(text) })
    }
    const { rows, rejected, expected } = writer.progress()
    const verdict: Verdict = verdictOfReading(
      stream,
      subject,
      { rows, rejected, expected, promised: null, hasDuration: null },
      null,
      clock(),
    )
    await writer.end(verdict)
    imported.rejected += rejected
    if (stream === 'participants') imported.participantRows += rows
    if (stream === 'registrants') imported.registrations += rows
  }
  await zone.flush()
  return imported
}
