const keptMax = 16 * 1024 * 1024

/** Bytes one after the other, in memory that is used again. */
export class Bytes {
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #length = 0

  /** What is larger than `keptMax` is given back: one large page must not cost its size ever after. */
  clear(): void {
    this.#length = 0
    if (this.#bytes.length > keptMax) this.#bytes = Buffer.allocUnsafeSlow(1 << 16)
  }

  /** Valid until more is written. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Room for so many bytes, and where it begins. */
  room(length: number): { bytes: Buffer; at: number } {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#length, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, at)
      this.#bytes = larger
    }
    return { bytes: this.#bytes, at }
  }

  push(bytes: Uint8Array | readonly number[]): void {
    const { bytes: into, at } = this.room(bytes.length)
    into.set(bytes, at)
  }
}
