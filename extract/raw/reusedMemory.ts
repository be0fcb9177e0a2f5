/**
 * Memory that is taken again for every batch of a file. Fresh memory would be cleared and mapped page by page by the
 * system first, which costs as much as what is then written there, and hurry the garbage collector.
 */
export class ReusedMemory {
  readonly #buffers = new Map<string, ArrayBuffer>()

  /**
   * @param name whose memory it is: the same name gets the same again
   * @returns at least so many bytes, of any content
   */
  take(name: string, bytes: number): ArrayBuffer {
    const known = this.#buffers.get(name)
    if (known !== undefined && known.byteLength >= bytes) return known
    // A little more than asked for: batches of a file are of much the same size.
    const buffer = new ArrayBuffer(Math.ceil((bytes * 1.125) / 8) * 8)
    this.#buffers.set(name, buffer)
    return buffer
  }
}
