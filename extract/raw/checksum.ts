import type { EncodedColumn } from './encodedRows.ts'
import { HashSet } from './hashSet.ts'
import { murmur128 } from './murmur.ts'

/**
 * Order-free checksum of a capture's rows, and how many of them differ. Two readings with equal rows in any
 * order have equal checksums; a row counted twice is not the same as once.
 *
 * Each row's raw text is hashed, and the four 32-bit words of the hashes are summed apart, each modulo 2^32. No defence
 * is needed against whoever could forge rows.
 */
export class RowsChecksum {
  readonly #words = new Uint32Array(4)
  readonly #hash = new Int32Array(4)
  #seen: HashSet | null = new HashSet()
  #distinct = 0

  /** @param texts a column of rows' texts, none of them empty; null where there is no row */
  addAll(texts: EncodedColumn | null): void {
    if (this.#seen === null) throw new Error('A closed checksum takes no more rows.')
    if (texts === null || texts.offsets === null) return
    const { data, offsets } = texts
    const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength)
    const [words, hash] = [this.#words, this.#hash]
    for (let row = 1; row < offsets.length; row++) {
      murmur128(bytes, offsets[row - 1] as number, offsets[row] as number, hash)
      for (let word = 0; word < 4; word++) words[word] = (words[word] as number) + (hash[word] as number)
      this.#seen.add(hash[0] as number, hash[1] as number)
    }
  }

  /** Rows that differ from every other in at least one character (by 64 bits of their hash). */
  get distinctRows(): number {
    return this.#seen?.size ?? this.#distinct
  }

  /** Nothing will be added: the memory for telling rows apart is given back. */
  close(): void {
    this.#distinct = this.distinctRows
    this.#seen = null
  }

  /** 32 hexadecimal digits; all zero without rows. */
  toString(): string {
    return Array.from(this.#words, (word) => word.toString(16).padStart(8, '0')).join('')
  }
}
