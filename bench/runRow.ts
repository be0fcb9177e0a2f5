import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow, Check, Measured } from './row.ts'

export interface RowResult {
  row: string
  what: string
  against: string | null
  size: number
  unit: string
  repeats: number
  ours: Measured
  rival: Measured | null
  checks: Check[]
  /** Processes that were running or ready, on average over the last minute, when the row ended. */
  load: number
}

/** Measures a row: both sides in turn, `repeats` times, the best run of each counts. */
export async function runRow(
  name: string,
  row: BenchRow,
  options: { size: number; repeats: number; folder?: string; onStep?: (step: string) => void },
): Promise<RowResult> {
  const { size, onStep = () => undefined } = options
  const repeats = Math.max(1, Math.min(options.repeats, row.repeatsMax ?? options.repeats))
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'rollcall-bench-'))
  // A Postgres that root starts is not root and has to get in.
  await chmod(folder, 0o755)
  const step = (which: string) => measure([name, which, String(size), folder])
  try {
    if (row.prepare) {
      onStep('preparing')
      await step('prepare')
    }
    let ours: Measured | null = null
    let rival: Measured | null = null
    for (let repeat = 1; repeat <= repeats; repeat++) {
      onStep(`${repeat} of ${repeats}`)
      ours = better(ours, await step('ours'))
      if (row.rival) rival = better(rival, await step('rival'))
    }
    const checks = row.checks(ours as Measured, rival ?? (ours as Measured))
    const { what, against, unit } = row
    return {
      ...{ row: name, what, against, size, unit, repeats, ours: ours as Measured, rival, checks },
      load: loadavg()[0] as number,
    }
  } finally {
    if (row.cleanUp) await step('cleanUp')
    await rm(folder, { recursive: true, force: true })
  }
}

function better(a: Measured | null, b: Measured): Measured {
  if (a === null) return b
  return { ...(b.seconds < a.seconds ? b : a), peak_bytes: Math.max(a.peak_bytes, b.peak_bytes) }
}

const root = join(import.meta.dirname, '..')

/** Node as `bin/rollcall.js` has it: with the flags in its first line, and with what earlier starts compiled. */
function nodeOfUsers() {
  const [first = ''] = readFileSync(join(root, 'bin', 'rollcall.js'), 'utf8').split('\n')
  return {
    execArgv: first.split(' ').filter((word) => word.startsWith('--')),
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'rollcall') },
  }
}

/** @throws Error with what the process printed when it fails */
async function measure(args: string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'measure.ts'), args, {
    ...nodeOfUsers(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let answer: Measured | undefined
  let printed = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  child.on('message', (message) => {
    answer = message as Measured
  })
  const [code] = await once(child, 'close')
  if (answer === undefined || code !== 0)
    throw new Error(`${args.join(' ')} failed:\n${printed.slice(-4000)}`)
  return answer
}
