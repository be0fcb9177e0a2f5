import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { sources } from '../streams.ts'
import type { Disk } from './disk.ts'
import { diskError } from './error.ts'

/**
 * What one flush wrote: `<data>/raw/manifests/<run_id>-<n>.json`, in place before the flush is committed. Parquet
 * carries no checksums of ours, so this is what tells a file that was changed since from one that is whole.
 */
const Manifest = z.object({
  run_id: z.string(),
  files: z.array(
    z.object({
      /** Below `raw/`, with `/`. */
      path: z.string().regex(/^[a-z_]+\/month=\d{4}-\d{2}\/[^/\\]+\.parquet$/),
      bytes: z.number(),
      sha256: z.string(),
      /** Captures whose rows are in it; none for the bookkeeping streams. */
      captures: z.array(z.string()),
      sources: z.array(z.enum(sources)),
    }),
  ),
})
export type Manifest = z.infer<typeof Manifest>
export type ManifestFile = Manifest['files'][number]

export const manifestFolder = (dataDir: string) => join(dataDir, 'raw', 'manifests')

/** Name of the manifest beside segments of this name. */
export const manifestName = (segment: string) => segment.replace(/\.parquet$/, '.json')

/** @returns null where the file is no manifest */
export async function readManifest(path: string, disk: Disk): Promise<Manifest | null> {
  const text = (await disk.read(path)).toString('utf8')
  try {
    return Manifest.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Writes a small JSON file whole: temporary name, sync, rename, sync of the folder. */
export async function writeJson(path: string, content: unknown, disk: Disk): Promise<void> {
  await disk.createFolder(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.tmp`)
  const file = await disk.create(temporary)
  try {
    await file.write(Buffer.from(`${JSON.stringify(content)}\n`))
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(temporary, path)
  await disk.syncFolder(dirname(path))
}

/**
 * What is wrong with a file, or null. Its size is looked at always, its bytes where `isThorough`: that costs reading it.
 * @throws RawZoneError where the disk fails
 */
export async function faultOf(path: string, file: ManifestFile, isThorough: boolean): Promise<string | null> {
  try {
    await using handle = await open(path, 'r')
    const { size } = await handle.stat()
    if (size < file.bytes) return `it is cut off: ${size} of ${file.bytes} bytes`
    if (size > file.bytes)
      return `it is not the file that was written: ${size} bytes instead of ${file.bytes}`
    if (!isThorough) return null
    const hash = createHash('sha256')
    const part = Buffer.allocUnsafe(Math.min(size, 1 << 20))
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(part, 0, part.length, at)
      if (bytesRead === 0) return `it is cut off: ${at} of ${file.bytes} bytes`
      hash.update(part.subarray(0, bytesRead))
      at += bytesRead
    }
    return hash.digest('hex') === file.sha256 ? null : 'its bytes are not those that were written'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'it is gone'
    throw diskError('read', path, error)
  }
}
