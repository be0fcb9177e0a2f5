import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow'

/** Writes batches as Arrow IPC streams, each into the memory of the one before. */
export class IpcStream {
  readonly #pieces = new Pieces()

  /** A stream of this batch alone; good until the next is asked for. */
  of(batch: RecordBatch): Uint8Array {
    this.#pieces.size = 0
    const writer = new RecordBatchStreamWriter()
    writer.reset(this.#pieces)
    writer.write(batch)
    writer.finish()
    return this.#pieces.bytes.subarray(0, this.#pieces.size)
  }
}

/** What Arrow's writer writes, one after the other in one buffer, instead of a list of pieces to be joined. */
class Pieces extends AsyncByteQueue<Uint8Array> {
  bytes = new Uint8Array(64 * 1024)
  size = 0

  override write(piece: Uint8Array): void {
    const end = this.size + piece.length
    if (end > this.bytes.length) {
      const larger = new Uint8Array(end * 2)
      larger.set(this.bytes.subarray(0, this.size))
      this.bytes = larger
    }
    this.bytes.set(piece, this.size)
    this.size = end
  }
}
