import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CaptureStatus } from '../../extract/streams.ts'
import type { ZoomServer } from './zoomServer.ts'

/** The stages of a sync, in their order. */
export const stages = ['extract', 'transform', 'load', 'verify'] as const
export type Stage = (typeof stages)[number]

export interface StageFigures {
  /** By the clock, less `zoom_seconds`. */
  seconds: number
  clock_seconds: number
  /** What the server that plays Zoom took of the processors meanwhile. */
  zoom_seconds: number
  /** Of the stage's own process; the servers' is not in it. Says more than the clock where the machine is shared. */
  cpu_seconds: number
  peak_bytes: number
}

/** What the stage `extract` found and did. */
export interface Extracted {
  /** Readings that were planned. */
  planned: number
  statuses: Partial<Record<CaptureStatus, number>>
}

/** What a stage's process prints. */
export type StageReport = Pick<StageFigures, 'clock_seconds' | 'cpu_seconds' | 'peak_bytes'> & {
  extracted: Extracted | null
}

export interface StagePlace {
  dataDir: string
  /** Of the warehouse. */
  databaseUrl: string
  zoomUrl: string
  /** What its clock shows all the time, epoch ms. */
  atMs: number
}

/** Runs one stage in a process of its own. */
export async function measureStage(
  stage: Stage,
  place: Omit<StagePlace, 'zoomUrl'>,
  zoom: ZoomServer,
): Promise<StageFigures & Pick<StageReport, 'extracted'>> {
  const before = await zoom.used()
  const file = join(import.meta.dirname, '..', 'dailyStage.ts')
  const child = spawn(process.execPath, [file, stage, JSON.stringify({ ...place, zoomUrl: zoom.url })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  const after = await zoom.used()
  if (code !== 0) throw new Error(`stage ${stage} ended with ${code}`)
  const report: StageReport = JSON.parse(text)
  const zoom_seconds = after.cpuSeconds - before.cpuSeconds
  return { ...report, zoom_seconds, seconds: report.clock_seconds - zoom_seconds }
}
