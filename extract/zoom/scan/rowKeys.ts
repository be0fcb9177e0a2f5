import { isSecretKey } from '../redact.ts'
import { byte, otherForm } from './form.ts'
import type { ValueScanner } from './valueScanner.ts'

/** An API with more fields a row is none of Zoom's: looking them up would cost more than it saves. */
const keysMax = 200

export interface RowKey {
  /** `"name":` */
  bytes: Uint8Array
  /** The same, as far as there are four bytes together: comparing these is a third quicker. */
  words: Int32Array
  /** Place among the fields of interest; -1 for others. */
  field: number
  /** Whether the field is never kept. */
  isSecret: boolean
  /** The key that stood behind it last: rows of a page have the same fields in the same order, or nearly. */
  next: RowKey | null
  /** Number of the row it was last seen in. */
  row: number
}

/** The names of rows' fields, recognised by their bytes: which comes next is guessed from the row before. */
export class RowKeys {
  readonly #fields: readonly string[]
  readonly #keys: RowKey[] = []
  #first: RowKey | null = null
  #row = 0

  /** @param fields names of the rows' fields that are of interest */
  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  /** Another row begins, in which each name may come once. */
  beginRow(): void {
    this.#row++
  }

  /**
   * The key that stands here.
   * @param last the one before it in this row; null at the row's beginning
   */
  at(values: ValueScanner, at: number, last: RowKey | null): RowKey {
    const guess = last === null ? this.#first : last.next
    const key = guess !== null && stands(guess, values, at) ? guess : this.#find(values, at)
    if (last === null) this.#first = key
    else last.next = key
    if (key.row === this.#row) throw otherForm
    key.row = this.#row
    return key
  }

  #find(values: ValueScanner, at: number): RowKey {
    const known = this.#keys.find((key) => stands(key, values, at))
    if (known !== undefined) return known
    const { name, end } = values.name(at)
    const bytes = Uint8Array.from(values.bytes.subarray(at, values.expect(end, byte.colon)))
    // A token of the page's own is no secret; in a row it would be, and its place is not here.
    if (this.#keys.length >= keysMax || name === 'next_page_token') throw otherForm
    const field = this.#fields.indexOf(name)
    const view = new DataView(bytes.buffer)
    const words = Int32Array.from({ length: bytes.length >> 2 }, (_, word) => view.getInt32(word * 4, true))
    const key: RowKey = { bytes, words, field, isSecret: isSecretKey(name), next: null, row: 0 }
    this.#keys.push(key)
    return key
  }
}

function stands({ bytes: expected, words }: RowKey, { bytes, view }: ValueScanner, from: number): boolean {
  if (from + expected.length > bytes.length) return false
  let at = from
  for (const word of words) {
    if (view.getInt32(at, true) !== word) return false
    at += 4
  }
  for (let rest = words.length * 4; rest < expected.length; rest++)
    if (bytes[from + rest] !== expected[rest]) return false
  return true
}
