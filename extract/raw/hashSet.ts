/**
 * A set of 64-bit hashes, given as two words each, in 16 to 32 bytes a hash; a `Set` takes 60, and the garbage
 * collector goes through all of them. The hashes lie in a table at the place their first word says, or at the next free one.
 */
export class HashSet {
  /** Two words a place; both 0 where the place is free. */
  #table = new Int32Array(0)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(first: number, second: number): void {
    // At most half full: searches stay short.
    if (this.#size * 4 >= this.#table.length) this.#grow()
    // What marks a free place is no hash.
    if (this.#put(first, first === 0 && second === 0 ? 1 : second)) this.#size++
  }

  /** @returns false where it is there already */
  #put(first: number, second: number): boolean {
    const table = this.#table
    const mask = table.length - 2
    for (let at = (first << 1) & mask; ; at = (at + 2) & mask) {
      const there = table[at] as number
      if (there === first && table[at + 1] === second) return false
      if (there !== 0 || table[at + 1] !== 0) continue
      table[at] = first
      table[at + 1] = second
      return true
    }
  }

  #grow(): void {
    const before = this.#table
    this.#table = new Int32Array(Math.max(64, before.length * 2))
    for (let at = 0; at < before.length; at += 2) {
      const first = before[at] as number
      const second = before[at + 1] as number
      if (first !== 0 || second !== 0) this.#put(first, second)
    }
  }
}
