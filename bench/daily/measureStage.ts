import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** The stages of a sync but for Zoom's own time, in their order. */
export const stages = ['plan', 'transform', 'load', 'verify'] as const
export type Stage = (typeof stages)[number]

export interface StageFigures {
  seconds: number
  /** Of the stage's own process; the server's is not in it. Says more than the clock where the machine is shared. */
  cpu_seconds: number
  peak_bytes: number
}

/** Runs one stage in a process of its own. */
export async function measureStage(stage: Stage, dataDir: string, url: string): Promise<StageFigures> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'dailyStage.ts'), stage, dataDir, url],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`stage ${stage} ended with ${code}`)
  return JSON.parse(text)
}
