import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createProgram } from '../../pipelines/program.ts'
import { atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * From starting the process to its end, for `--help` of the program and of each command, by way of the bin that npm
 * links; the slowest counts. Each is started `size` times and its fastest taken, `node -e 0` in turn with it.
 */
const bin = join(import.meta.dirname, '..', '..', 'bin', 'rollcall.js')

export const start: BenchRow = {
  what: 'start of any command (--help)',
  against: 'node -e 0',
  unit: 'starts',
  sizes: { small: 1, full: 10 },
  repeatsMax: 1,
  // What the first start of all keeps is there for all others.
  prepare: async () => void secondsOf([bin, '--help']),
  ours,
  checks: (ours) => [
    atMost('slowest command, beyond node', (ours.seconds - (ours.node as number)) * 1000, 150, 'ms'),
  ],
}

async function ours({ size }: Place): Promise<Figures> {
  const commands = createProgram().commands.map((command) => [bin, command.name(), '--help'])
  const fastest = [['-e', '0'], [bin, '--help'], ...commands].map((args) => ({ args, seconds: Infinity }))
  for (let time = 0; time < size; time++) {
    for (const one of fastest) one.seconds = Math.min(one.seconds, secondsOf(one.args))
  }
  const [node, ...ours] = fastest.map(({ seconds }) => seconds) as [number, ...number[]]
  return { seconds: Math.max(...ours), node, commands: commands.length }
}

function secondsOf(args: readonly string[]): number {
  const started = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
  return (performance.now() - started) / 1000
}
