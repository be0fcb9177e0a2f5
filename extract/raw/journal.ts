import { join } from 'node:path'
import { Bytes } from './bytes.ts'
import type { Disk, WritableFile } from './disk.ts'

/** Where a record lies: the journal file's number, and the bytes of its line. */
export interface Place {
  file: number
  offset: number
  length: number
}

interface Entry {
  captureId: string
  line: readonly Uint8Array[]
  resolve(place: Place): void
  reject(error: unknown): void
}

/** `<n>.ndjson`, wide enough that names sort as numbers. */
function journalFileName(number: number): string {
  return `${String(number).padStart(6, '0')}.ndjson`
}

/** The number of a journal file; null for other files. */
export function journalFileNumber(name: string): number | null {
  const match = /^(\d{6,})\.ndjson$/.exec(name)
  return match ? Number(match[1]) : null
}

/**
 * The append-only journal of one run.
 *
 * Group commit: whoever appends while a write is on its way is part of the next one, so many captures share one
 * write and one fdatasync. The first failure breaks the journal for good: what follows a hole could not be trusted.
 *
 * Files rotate by size. The oldest is deleted when every capture with a record in it is settled (committed or
 * dropped), and only ever the oldest: a later file may hold the end of a capture that an earlier one begins.
 */
export class Journal {
  readonly #folder: string
  readonly #disk: Disk
  readonly #fileBytesMax: number
  /** Captures with a record in the file, by file number, oldest first. */
  readonly #capturesOf: Map<number, Set<string>>
  #queue: Entry[] = []
  readonly #batch = new Bytes()
  #draining: Promise<void> | null = null
  #broken: unknown = null
  #current: { number: number; file: WritableFile; length: number } | null = null
  #nextNumber: number

  /** @param found captures of the files that are there already, by file number; they are never appended to */
  constructor(folder: string, disk: Disk, fileBytesMax: number, found: Map<number, Set<string>>) {
    this.#folder = folder
    this.#disk = disk
    this.#fileBytesMax = fileBytesMax
    this.#capturesOf = new Map([...found].sort(([a], [b]) => a - b))
    this.#nextNumber = Math.max(0, ...found.keys()) + 1
  }

  /** Resolves when the line, given in parts, would survive a power loss. Lines are durable in the order of the calls. */
  append(captureId: string, line: readonly Uint8Array[]): Promise<Place> {
    if (this.#broken !== null) return Promise.reject(this.#broken)
    return new Promise((resolve, reject) => {
      this.#queue.push({ captureId, line, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Reads a line back. */
  read(place: Place): Promise<Buffer> {
    return this.#disk.readPart(this.path(place.file), place.offset, place.length)
  }

  /** Path of a journal file. */
  path(number: number): string {
    return join(this.#folder, journalFileName(number))
  }

  /** Deletes the oldest files as long as all their captures are settled; the file being written stays. */
  async deleteSettled(isSettled: (captureId: string) => boolean): Promise<void> {
    let deleted = false
    for (const [number, captures] of this.#capturesOf) {
      if (number === this.#current?.number || ![...captures].every(isSettled)) break
      await this.#disk.remove(this.path(number))
      this.#capturesOf.delete(number)
      deleted = true
    }
    if (deleted) await this.#disk.syncFolder(this.#folder)
  }

  /** Ends writing. The files stay for `deleteSettled`. */
  async close(): Promise<void> {
    await this.#draining
    const current = this.#current
    this.#current = null
    this.#broken ??= new Error('The journal is closed.')
    await current?.file.close()
  }

  async #drain(): Promise<void> {
    // Let everybody who is about to append in this turn of the event loop join the first write.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        const { number, file, length } = await this.#fileForNextBatch()
        const captures = this.#capturesOf.get(number) as Set<string>
        for (const entry of batch) captures.add(entry.captureId)
        this.#batch.clear()
        for (const { line } of batch) for (const part of line) this.#batch.push(part)
        await file.write(this.#batch.written())
        await file.sync()
        let offset = length
        for (const { line, resolve } of batch) {
          const lineLength = line.reduce((sum, part) => sum + part.length, 0)
          resolve({ file: number, offset, length: lineLength })
          offset += lineLength
        }
        this.#current = { number, file, length: offset }
      } catch (error) {
        this.#broken = error
        for (const entry of [...batch, ...this.#queue]) entry.reject(error)
        this.#queue = []
      }
    }
    this.#draining = null
  }

  async #fileForNextBatch(): Promise<{ number: number; file: WritableFile; length: number }> {
    if (this.#current !== null && this.#current.length < this.#fileBytesMax) return this.#current
    await this.#current?.file.close()
    this.#current = null
    const number = this.#nextNumber++
    const file = await this.#disk.create(this.path(number))
    // Without this a power loss could keep the pages and lose the name under which they are found.
    await this.#disk.syncFolder(this.#folder)
    // Together, so that `deleteSettled` never sees a file without captures that is not the current one.
    this.#capturesOf.set(number, new Set())
    this.#current = { number, file, length: 0 }
    return this.#current
  }
}
