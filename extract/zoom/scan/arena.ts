import { aligned } from '../../raw/aligned.ts'

/** Memory for the columns of one page, used again for the next: they are copied to one piece that is just large enough. */
class Arena {
  #buffer = new ArrayBuffer(0)
  #end = 0

  /** What was taken before is no longer valid. */
  reset(bytesMax: number): void {
    this.#end = 0
    // A large page must not cost its size ever after.
    const isTooLarge = this.#buffer.byteLength > 16 * 1024 * 1024 && bytesMax < this.#buffer.byteLength / 4
    if (this.#buffer.byteLength < bytesMax || isTooLarge) this.#buffer = new ArrayBuffer(bytesMax * 2)
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer, this.#take(length), length)
  }

  int32s(length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer, this.#take(length * 4), length)
  }

  float64s(length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#buffer, this.#take(length * 8), length)
  }

  int64s(length: number): BigInt64Array<ArrayBuffer> {
    return new BigInt64Array(this.#buffer, this.#take(length * 8), length)
  }

  #take(bytes: number): number {
    const at = this.#end
    this.#end += aligned(bytes)
    return at
  }
}

/** One page is read at a time. */
export const arena = new Arena()
