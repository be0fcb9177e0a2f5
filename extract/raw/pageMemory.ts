import { aligned } from './aligned.ts'

/**
 * Memory that pages wait in for their flush, used again by later pages. The garbage collector sees only the small
 * object before it: it would come to free the memory late, when as much again is taken, and go through all that lives
 * each time. So whoever has done with a page says so; a page that nobody gives back is the garbage collector's.
 */
class PageMemory {
  /** Free pieces by their size. */
  readonly #free = new Map<number, ArrayBuffer[]>()
  #freeBytes = 0

  /** A piece with room for so many bytes; what is in it is of no meaning. */
  take(bytes: number): ArrayBuffer {
    const size = pieceSize(bytes)
    const piece = this.#free.get(size)?.pop()
    if (piece === undefined) return new ArrayBuffer(size)
    this.#freeBytes -= size
    return piece
  }

  /** Nobody looks at the piece any more. */
  giveBack(piece: ArrayBuffer): void {
    const free = this.#free.get(piece.byteLength)
    if (free === undefined) this.#free.set(piece.byteLength, [piece])
    else free.push(piece)
    this.#freeBytes += piece.byteLength
  }

  /** Leaves to the system what is free beyond so many bytes. */
  trim(freeBytesMax: number): void {
    for (const [size, pieces] of this.#free) {
      while (this.#freeBytes > freeBytesMax && pieces.length > 0) {
        // Detaching frees it at once.
        pieces.pop()?.transfer(0)
        this.#freeBytes -= size
      }
      if (this.#freeBytes <= freeBytesMax) return
    }
  }
}

/** Eight sizes between a power of two and the next: pages of much the same size fit into each other's memory. */
function pieceSize(bytes: number): number {
  const step = 2 ** Math.max(3, 28 - Math.clz32(bytes))
  return aligned(Math.ceil(Math.max(bytes, 1) / step) * step)
}

/** One for all: pages are made by whoever reads them, before it is known who will hold them. */
export const pageMemory = new PageMemory()
