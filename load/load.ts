import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Catalog, findCatalog, openCatalog } from './catalog.ts'
import { openConnection } from './database.ts'
import { errorCode, isTransient, WarehouseError } from './errors.ts'
import { type Guard, guard } from './guard.ts'
import { migrate } from './migrate.ts'
import { lock } from './publish/lock.ts'
import type { Publication, Run, TableSummary } from './publish/publication.ts'
import { type Prepared, publish, wasCommitted } from './publish.ts'
import { makeScratch } from './scratch.ts'

export interface LoadOptions {
  /** The catalog; opened read-only. */
  catalogPath: string
  databaseUrl: string
  /** Defaults to `public`. */
  schema?: string
  run: Run
  /** What it may do to a warehouse that is filled already; see `guard`. */
  guard?: Guard
  /** Scratch space for the rows on their way, about as large as the warehouse the first time. */
  tempDir: string
  signal?: AbortSignal
}

export interface LoadSummary {
  unitsChanged: number
  rowsWritten: number
  rowsDeleted: number
  tables: Record<string, TableSummary>
  milliseconds: number
}

export interface LoadEffects {
  now: () => Date
  sleep: (milliseconds: number) => Promise<unknown>
}

const defaultEffects: LoadEffects = { now: () => new Date(), sleep }

/** The pauses between them add up to 15 seconds: a server that restarts is back by then. */
const attemptsMax = 6
const firstPauseMs = 500

/**
 * Publishes the catalog's marts to the warehouse: migrates the schema if need be, then replaces exactly the units
 * whose content differs, in one transaction with the run's row. Repeating it writes nothing but that row. A deadlock
 * or a lost connection is tried again from the start; whatever happens, the warehouse is the old one or the new one.
 * @throws WarehouseError; the reason of `signal` if that was the end of it
 */
export async function load(
  options: LoadOptions,
  effects: LoadEffects = defaultEffects,
): Promise<LoadSummary> {
  const { databaseUrl, schema = 'public', run, signal } = options
  const started = effects.now()
  signal?.throwIfAborted()
  // Before the warehouse is touched.
  findCatalog(options.catalogPath)
  const folder = await makeScratch(options.tempDir)
  try {
    const opening = openCatalog(options.catalogPath, folder, signal)
    try {
      const publication: Publication = { schema, run, folder, signal, now: effects.now }
      const tables = await publishWithRetries(databaseUrl, opening, publication, options.guard, effects)
      const all = Object.values(tables)
      return {
        unitsChanged: all.reduce((sum, table) => sum + table.unitsChanged, 0),
        rowsWritten: all.reduce((sum, table) => sum + table.rowsWritten, 0),
        rowsDeleted: all.reduce((sum, table) => sum + table.rowsDeleted, 0),
        tables,
        milliseconds: effects.now().getTime() - started.getTime(),
      }
    } finally {
      await opening.then(
        (catalog) => catalog.close(),
        () => undefined,
      )
    }
  } catch (error) {
    throw isDiskFull(error) ? diskFull(options.tempDir, error) : error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Node tells it by its code, DuckDB in words only; the server's own full disk has a code of its own. */
function isDiskFull(error: unknown): boolean {
  if (error instanceof WarehouseError) return false
  const text = error instanceof Error ? error.message : ''
  return (
    /^(ENOSPC|EDQUOT)$/.test(errorCode(error) ?? '') ||
    /No space left on device|Disk quota exceeded/.test(text)
  )
}

function diskFull(tempDir: string, cause: unknown): WarehouseError {
  return new WarehouseError(
    'terminal',
    `The disk is full: free space in ${tempDir}, where rows wait on their way to the warehouse, and run \`rollcall load\` again. ` +
      'The warehouse is as it was before.',
    { code: 'ENOSPC', cause },
  )
}

/** @param opening the catalog: a long one is opened while the warehouse is looked at */
async function publishWithRetries(
  databaseUrl: string,
  opening: Promise<Catalog>,
  publication: Publication,
  guarding: Guard | undefined,
  effects: LoadEffects,
): Promise<Record<string, TableSummary>> {
  let prepared: Prepared | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const [opened, migrated] = await Promise.allSettled([opening, migrate(databaseUrl, publication.schema)])
      if (opened.status === 'rejected') throw opened.reason
      if (migrated.status === 'rejected') throw migrated.reason
      const catalog = opened.value
      const client = await openConnection(databaseUrl, publication.schema)
      try {
        await client.query('begin')
        // The lock first: a transaction whose connection was lost holds it until the server has decided about it.
        await lock(client, publication.schema)
        if (prepared !== undefined && (await wasCommitted(client, prepared))) return prepared.tables
        await guard(client, catalog, publication.schema, guarding)
        prepared = await publish(client, catalog, publication)
        publication.signal?.throwIfAborted()
        await client.query('commit')
        return prepared.tables
      } finally {
        // Ends an unfinished transaction too. It may wait for a connection that is gone already, so nobody waits for it.
        client.end().catch(() => undefined)
      }
    } catch (error) {
      publication.signal?.throwIfAborted()
      // A server that restarts refuses connections for a moment; one that never answered is a wrong address.
      const isRestart = attempt > 1 && errorCode(error) === 'ECONNREFUSED'
      if (attempt === attemptsMax || !(isTransient(error) || isRestart)) throw error
      await effects.sleep(firstPauseMs * 2 ** (attempt - 1))
    }
  }
}
