import { hash } from 'node:crypto'
import type { EncodedColumn } from './encodedRows.ts'

/**
 * Order-free checksum of a capture's rows, and how many of them differ. Two readings with equal rows in any
 * order have equal checksums; a row counted twice is not the same as once.
 *
 * Each row's raw text is hashed (SHA-1: hardware makes it as cheap as anything in JavaScript, and no defence is
 * needed against whoever could forge rows), and four 32-bit words are summed apart, each modulo 2^32.
 */
export class RowsChecksum {
  #words = new Uint32Array(4)
  #seen: Set<string> | null = new Set()
  #distinct = 0

  /** @param texts a column of rows' texts; null where there is no row */
  addAll(texts: EncodedColumn | null): void {
    if (texts === null || texts.offsets === null) return
    const { data, offsets } = texts
    for (let at = 1; at < offsets.length; at++)
      this.add((data as Uint8Array).subarray(offsets[at - 1], offsets[at]))
  }

  /** @param raw the row's text, or the bytes of it */
  add(raw: string | Uint8Array): void {
    // 'binary' gives 20 characters, one a byte: several times cheaper here than a Buffer per row.
    const digest = hash('sha1', raw, 'binary')
    const words = this.#words
    for (let word = 0; word < 4; word++) words[word] = (words[word] as number) + word32(digest, word * 4)
    if (this.#seen === null) throw new Error('A closed checksum takes no more rows.')
    this.#seen.add(digest.slice(0, 8))
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

function word32(text: string, at: number): number {
  return (
    (text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24)) >>>
    0
  )
}
