import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Disk } from './disk.ts'
import { diskError, RawZoneError } from './error.ts'
import { writeJson } from './manifest.ts'

/**
 * A file of the raw zone that is damaged or gone: `<data>/raw/lost/<path with -- for />.json`. The captures it names are
 * not shown by the views any more, because their rows are not all there, and so they are read again.
 */
const Lost = z.object({
  /** Below `raw/`. */
  path: z.string(),
  reason: z.string(),
  captures: z.array(z.string()),
  /** The run that read the whole history since; null until then. */
  replaced_by: z.string().nullable(),
})
export type Lost = z.infer<typeof Lost>

export const lostFolder = (dataDir: string) => join(dataDir, 'raw', 'lost')

export const lostFile = (dataDir: string, path: string) =>
  join(lostFolder(dataDir), `${path.replaceAll('/', '--')}.json`)

/** Everything that was lost so far, sorted by path. @throws RawZoneError */
export function readLost(dataDir: string): Lost[] {
  return names(lostFolder(dataDir)).map((name) => {
    const path = join(lostFolder(dataDir), name)
    try {
      return Lost.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (cause) {
      throw new RawZoneError({
        action: 'read',
        path,
        reason: 'it is no note of a lost file',
        remedy:
          'Restore it from a backup, or remove it: captures it named may then be shown without all of their rows.',
        cause,
      })
    }
  })
}

/** Whether something was lost that no run has looked for all over again. */
export function hasUnreplaced(dataDir: string): boolean {
  return readLost(dataDir).some((lost) => lost.replaced_by === null)
}

/** A run has read everything Zoom still has: what was lost is made good, as far as it can be. */
export async function markReplaced(dataDir: string, runId: string, disk: Disk): Promise<void> {
  for (const lost of readLost(dataDir)) {
    if (lost.replaced_by !== null) continue
    await writeJson(lostFile(dataDir, lost.path), { ...lost, replaced_by: runId }, disk)
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw diskError('list folder', folder, error)
  }
}
