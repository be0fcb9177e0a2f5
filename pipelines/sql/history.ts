import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** Questions kept, as in a shell. */
export const history_lines_max = 1000

/** The user's own, not the data folder's: a question may name people, and others may read that folder. */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment.XDG_STATE_HOME || path.join(homedir(), '.local', 'state')
  return path.join(state, 'rollcall', 'sql_history')
}

/** Newest first, as node:readline wants it. Empty where there is none yet. */
export function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).reverse().slice(0, history_lines_max)
  } catch {
    return []
  }
}

/** Readable by its owner only. A history that cannot be kept is no reason to stop. @returns whether it was */
export function writeHistory(file: string, newestFirst: readonly string[]): boolean {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${newestFirst.toReversed().join('\n')}\n`, { mode: 0o600 })
    chmodSync(file, 0o600)
    return true
  } catch {
    return false
  }
}
