import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Simulator } from '../../simulator/server.ts'
import { environmentOf } from '../pipelines/cli.ts'

/** A command of rollcall in a process of its own, and what it said. */
export interface CommandProcess {
  child: ChildProcess
  /** Everything on both streams so far. */
  said(): string
  /** Resolves as soon as the text was said, or the process ended (false). */
  says(text: RegExp): Promise<boolean>
  /** Resolves when the process and its streams have ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts `rollcall <args>` as a user would, against a simulator and a database. */
export function startCommand(
  args: readonly string[],
  dataDir: string,
  simulator: Simulator,
  databaseUrl: string,
): CommandProcess {
  const root = path.join(import.meta.dirname, '..', '..')
  const child = spawn(
    process.execPath,
    [path.join(root, 'bin', 'rollcall.js'), ...args, '--data-dir', dataDir],
    {
      // Away from any `.env` of whoever runs the tests.
      cwd: import.meta.dirname,
      env: {
        PATH: process.env.PATH,
        ...environmentOf(simulator),
        DATABASE_URL: databaseUrl,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let text = ''
  const listeners = new Set<() => void>()
  const ended = once(child, 'close').then(([code, signal]) => {
    for (const listen of listeners) listen()
    return { code, signal }
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
      for (const listen of listeners) listen()
    })
  }
  return {
    child,
    said: () => text,
    says: (wanted) =>
      new Promise((resolve) => {
        const listen = () => {
          const isSaid = wanted.test(text)
          if (!isSaid && child.exitCode === null && child.signalCode === null) return
          listeners.delete(listen)
          resolve(isSaid)
        }
        listeners.add(listen)
        listen()
      }),
    ended,
  }
}
