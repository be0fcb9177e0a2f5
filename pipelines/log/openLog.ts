import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'
import type { Fields, Log } from './log.ts'
import { scrub } from './scrub.ts'

/** Logs beyond this many go, the oldest first. One of a long history is about a megabyte. */
const logs_kept = 50

export interface LogOptions {
  dataDir: string
  command: string
  /** Pages too, not only what was read with them. */
  isVerbose?: boolean
  /** Texts that must not be written, whatever holds them. */
  secrets?: readonly string[]
}

export interface LogEffects {
  clock(): number
  /** Told once, when the log cannot be written. The command goes on: its log is not what it was started for. */
  onFault(message: string): void
}

/**
 * Opens `<data>/logs/<time>-<command>.ndjson`, a line of JSON an event. A line is with the operating system before the
 * call returns, so that no way to die takes it back. To be called by whoever has the data folder for itself.
 */
export function openLog(
  { dataDir, command, isVerbose = false, secrets = [] }: LogOptions,
  effects: LogEffects = { clock: Date.now, onFault() {} },
): Log {
  const folder = path.join(dataDir, 'logs')
  const now = new Date(effects.clock()).toISOString()
  const file = path.join(folder, `${now.replaceAll(/[-:.]/g, '')}-${command}.ndjson`)
  let descriptor: number | null = null
  let isBroken = false
  let removed = 0
  const fail = (error: unknown) => {
    descriptor = null
    isBroken = true
    const { code } = error as NodeJS.ErrnoException
    effects.onFault(`The log ${file} cannot be written (${code}); the command goes on without it.`)
  }
  try {
    mkdirSync(folder, { recursive: true })
    // Its owner's only: it says whose webinars were read and when.
    descriptor = openSync(file, 'a', 0o600)
    removed = prune(folder)
  } catch (error) {
    fail(error)
  }
  const lines = {
    write(line: string) {
      if (descriptor === null) return
      try {
        writeSync(descriptor, line)
      } catch (error) {
        fail(error)
      }
    },
  }
  let logger = pino(
    {
      level: isVerbose ? 'debug' : 'info',
      base: { command, pid: process.pid },
      timestamp: () => `,"time":"${new Date(effects.clock()).toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrub(fields, secrets) as Fields,
      },
    },
    lines,
  )
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: Fields = {}) =>
      logger[level](fields, String(scrub(event, secrets)))
  const log: Log = {
    get file() {
      return isBroken ? null : file
    },
    bind(fields) {
      logger = logger.child(fields)
    },
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    close() {
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
  log.info('begin', { node: process.version, logs_kept, logs_removed: removed })
  return log
}

/** Names begin with the time, so their order is that of the commands. */
function prune(folder: string): number {
  const logs = readdirSync(folder)
    .filter((name) => /^\d{8}T\d{9}Z-[a-z-]+\.ndjson$/.test(name))
    .sort()
  const old = logs.slice(0, -logs_kept)
  for (const name of old) rmSync(path.join(folder, name), { force: true })
  return old.length
}
