import { type Finding, ok, problem, skipped, warning } from './finding.ts'
import type { FolderFacts } from './folder.ts'

/** Whether commands can write to the data folder, and who is at it now. */
export function checkDataFolder({ dataDir, state, isWritable, nearest, holder }: FolderFacts): Finding {
  const remedy = 'Name another folder with --data-dir or ROLLCALL_DATA_DIR, or make this one writable.'
  const cost = 'no command that writes can run'
  if (state === 'blocked') {
    return problem('data_folder', `${dataDir} cannot be a folder: ${nearest} is none`, { cost, remedy })
  }
  if (!isWritable)
    return problem('data_folder', `${nearest} may not be written by this user`, { cost, remedy })
  if (state === 'absent') return ok('data_folder', `${dataDir} is not there yet; the first sync makes it`)
  if (holder === null) return ok('data_folder', `${dataDir} can be written; nobody holds its lock`)
  const who = `rollcall ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.started_at})`
  if (holder.isDead) {
    return ok('data_folder', `${dataDir} can be written; the lock of ${who} is left over`, {
      remedy: 'Nothing: its process is gone, and the next command takes the lock over.',
    })
  }
  return warning('data_folder', `${dataDir} is in use by ${who}`, {
    cost: 'other commands that write wait outside meanwhile',
    remedy: `Let it end. If that process is gone for good, remove ${dataDir}/lock.`,
  })
}

/**
 * What half a million join/leave rows take, measured on the bundled account: Parquet 0.14 kB a row, catalog 0.6 kB,
 * warehouse 2.2 kB; and up to 2 GB of Postgres' own log.
 */
const fresh_bytes = 4e9
/** Below this not even a small account fits. */
const least_bytes = 500e6
/** Pages of the next sync, sort space, Postgres' log of an ordinary day. */
const margin_bytes = 300e6

/** Whether the disk holds what the next sync writes. */
export function checkDiskSpace({ free_bytes, sizes_bytes, state }: FolderFacts): Finding {
  if (state === 'blocked') return skipped('disk_space', 'needs the data folder')
  const { raw, journal, catalog, warehouse } = sizes_bytes
  const taken = raw + journal + catalog + warehouse
  // A sync builds its own copy of the catalog, writes what changed beside it (half, at most in practice), and the
  // rows it replaces keep their room in Postgres until vacuum.
  const must = taken === 0 ? least_bytes : catalog + margin_bytes
  const should = taken === 0 ? fresh_bytes : 1.5 * catalog + 0.5 * warehouse + margin_bytes
  const found = `${size(free_bytes)} free; the next sync needs ${taken === 0 ? 'up to ' : 'about '}${size(should)}`
  const details = [
    `raw zone ${size(raw)}, journal ${size(journal)}, catalog ${size(catalog)}, embedded warehouse ${size(warehouse)}`,
  ]
  if (taken === 0)
    details[0] = `${size(fresh_bytes)} are for half a million join/leave rows; smaller accounts need less`
  const more = {
    cost: 'a sync that runs out of space stops with an error; what was captured stays',
    remedy: 'Free space, or move the data folder to a larger disk (--data-dir, ROLLCALL_DATA_DIR).',
    details,
  }
  if (free_bytes < must) return problem('disk_space', found, more)
  if (free_bytes < should) return warning('disk_space', found, more)
  return ok('disk_space', found, { details })
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`
}
