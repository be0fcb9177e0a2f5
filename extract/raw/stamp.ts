import { statSync } from 'node:fs'
import { diskError } from './error.ts'

/**
 * Size and times of a file, by which one that nobody touched is known without reading it: its content cannot be
 * changed, nor another file take its name, without a new time of change, which no user sets. Null where it is gone.
 * @throws RawZoneError
 */
export function stampOf(path: string): string | null {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(path)
    return `${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw diskError('read', path, error)
  }
}
