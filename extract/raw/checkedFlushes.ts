import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { indexFolder } from './layout.ts'
import { type Manifest, manifestFolder, writeJson } from './manifest.ts'
import { stampOf } from './stamp.ts'

/** A flush whose files were all found whole: what the manifest and each of them looked like then, see `stampOf`. */
interface CheckedFlush {
  manifest: string
  /** Stamps by path below `raw/`. */
  files: Record<string, string>
}

/**
 * Which flushes were found whole, byte by byte, so that an inspection need only ask for size and times of their files:
 * `<data>/index/checked.json`. It may be deleted at any time; everything is then read again.
 */
export class Checked {
  readonly #dataDir: string
  readonly #manifests: string
  readonly #known: Map<string, CheckedFlush>
  readonly #still = new Map<string, CheckedFlush>()
  /** Stamps of files that are as they were, by path below `raw/`. */
  readonly found = new Map<string, string>()

  constructor(dataDir: string) {
    this.#dataDir = dataDir
    this.#manifests = manifestFolder(dataDir)
    this.#known = read(fileOf(dataDir))
  }

  /** The files of a flush, below `raw/`, where it was found whole and nothing of it was touched since; else null. */
  untouched(manifest: string): string[] | null {
    const flush = this.#known.get(manifest)
    if (flush === undefined) return null
    if (stampOf(`${this.#manifests}/${manifest}`) !== flush.manifest) return null
    const files = Object.entries(flush.files)
    const raw = join(this.#dataDir, 'raw')
    if (files.some(([path, stamp]) => stampOf(`${raw}/${path}`) !== stamp)) return null
    this.#still.set(manifest, flush)
    for (const [path, stamp] of files) this.found.set(path, stamp)
    return files.map(([path]) => path)
  }

  /** The stamps of a flush that is about to be read: taken before, so that what changes meanwhile is seen later. */
  stamps(name: string, { files }: Manifest): CheckedFlush | null {
    const manifest = stampOf(join(manifestFolder(this.#dataDir), name))
    const stamps = files.map(({ path }) => [path, stampOf(join(this.#dataDir, 'raw', path))] as const)
    if (manifest === null || stamps.some(([, stamp]) => stamp === null)) return null
    return { manifest, files: Object.fromEntries(stamps as [string, string][]) }
  }

  /** A flush was found whole. */
  add(name: string, stamps: CheckedFlush): void {
    this.#still.set(name, stamps)
  }

  /** Keeps what was found. Where the disk refuses, nothing is lost but the time to read the files again. */
  async keep(disk: Disk): Promise<void> {
    const isSame =
      this.#still.size === this.#known.size &&
      [...this.#still].every(([name, flush]) => this.#known.get(name) === flush)
    if (isSame) return
    await writeJson(fileOf(this.#dataDir), Object.fromEntries(this.#still), disk).catch(() => undefined)
  }
}

const fileOf = (dataDir: string) => join(indexFolder(dataDir), 'checked.json')

function read(path: string): Map<string, CheckedFlush> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as object).filter(isCheckedFlush))
  } catch {
    return new Map()
  }
}

/** Said here and not by a schema, which takes ten times as long over the thousands of files of a long history. */
function isCheckedFlush(entry: [string, unknown]): entry is [string, CheckedFlush] {
  const { manifest, files } = (entry[1] ?? {}) as Partial<Record<keyof CheckedFlush, unknown>>
  return (
    typeof manifest === 'string' &&
    typeof files === 'object' &&
    files !== null &&
    !Array.isArray(files) &&
    Object.values(files).every((stamp) => typeof stamp === 'string')
  )
}
