import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow'
import { aligned } from './aligned.ts'

/** Room for what a stream has before its columns: the schema and where each column is, some 200 bytes a column. */
const headBytes = 64 * 1024
/** And behind them: the end of the stream. */
const tailBytes = 64

/** A piece of the memory, for so many bytes of any content. */
export interface Room {
  buffer: ArrayBuffer
  /** A multiple of 8. */
  byteOffset: number
}

/**
 * Memory for the columns of one batch at a time, taken again for every batch of a file. Fresh memory would be cleared
 * and mapped by the system first, which costs as much as what is then written there, and hurry the garbage collector.
 *
 * Columns that are made here in the order in which Arrow writes them stand as an Arrow IPC stream needs them, so that
 * only its head has to be put before them.
 */
export class BatchMemory {
  #bytes = new Uint8Array(0)
  #end = 0

  /**
   * Begins a batch; the one before is gone.
   * @param sizes of all that will be taken, in bytes
   */
  begin(sizes: Iterable<number>): void {
    let bytes = headBytes + tailBytes
    for (const size of sizes) bytes += aligned(size)
    // A little more than asked for: batches of a file are of much the same size.
    if (bytes > this.#bytes.length) {
      this.free()
      this.#bytes = new Uint8Array(aligned(bytes * 1.125))
    }
    this.#end = headBytes
  }

  /** Gives the memory back at once: megabytes that the garbage collector would come to when more are taken. */
  free(): void {
    this.#bytes.buffer.transfer(0)
    this.#bytes = new Uint8Array(0)
  }

  /** Room for the next buffer of a column. */
  take(bytes: number): Room {
    const byteOffset = this.#end
    this.#end += aligned(bytes)
    if (this.#end > this.#bytes.length) throw new RangeError('A batch takes more memory than it asked for.')
    return { buffer: this.#bytes.buffer, byteOffset }
  }

  /** The batch made here as an Arrow IPC stream; good until the next is begun. */
  streamOf(batch: RecordBatch): Uint8Array {
    const pieces = new Pieces()
    const writer = new RecordBatchStreamWriter()
    writer.reset(pieces)
    writer.write(batch)
    writer.finish()
    return this.#inPlace(pieces.all) ?? Buffer.concat(pieces.all)
  }

  /** @returns null where the pieces do not stand here one behind the other, and have to be joined elsewhere */
  #inPlace(pieces: readonly Uint8Array[]): Uint8Array | null {
    const { buffer } = this.#bytes
    const first = pieces.findIndex((piece) => piece.buffer === buffer)
    if (first === -1) return null
    const head = pieces.slice(0, first).reduce((sum, piece) => sum + piece.length, 0)
    const start = (pieces[first] as Uint8Array).byteOffset - head
    let end = start
    for (const [at, piece] of pieces.entries()) {
      if (at >= first && piece.buffer === buffer && piece.byteOffset !== end) return null
      end += piece.length
    }
    if (start < 0 || end > this.#bytes.length) return null
    let next = start
    for (const piece of pieces) {
      if (piece.buffer !== buffer) this.#bytes.set(piece, next)
      next += piece.length
    }
    return this.#bytes.subarray(start, end)
  }
}

/** What Arrow's writer writes, as it comes. */
class Pieces extends AsyncByteQueue<Uint8Array> {
  readonly all: Uint8Array[] = []

  override write(piece: Uint8Array): void {
    this.all.push(piece)
  }
}
