import { isSecretKey } from '../redact.ts'
import { byte, otherForm } from './form.ts'

/** An API with more fields a row is none of Zoom's: looking them up would cost more than it saves. */
const keysMax = 200

/** What is read of a page to recognise a name in it. */
export interface PageBytes {
  readonly view: DataView
  /** In bytes. */
  readonly length: number
  /** The name that stands here, and where it ends. */
  name(at: number): { name: string; end: number }
  /** The place behind a byte that has to come next. */
  expect(at: number, expected: number): number
}

export interface RowKey {
  /** Of `"name":`, in bytes. */
  length: number
  /** Its bytes, four a number; the last four are told apart, and may have bytes of the ones before. */
  fours: readonly number[]
  last: number
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
  at(values: PageBytes, at: number, last: RowKey | null): RowKey {
    const guess = last === null ? this.#first : last.next
    const key = guess !== null && stands(guess, values, at) ? guess : this.#find(values, at)
    if (last === null) this.#first = key
    else last.next = key
    if (key.row === this.#row) throw otherForm
    key.row = this.#row
    return key
  }

  #find(values: PageBytes, at: number): RowKey {
    const known = this.#keys.find((key) => stands(key, values, at))
    if (known !== undefined) return known
    const { name, end } = values.name(at)
    const length = values.expect(end, byte.colon) - at
    // A token of the page's own is no secret; in a row it would be, and its place is not here.
    if (this.#keys.length >= keysMax || name === 'next_page_token' || name === '') throw otherForm
    const field = this.#fields.indexOf(name)
    const four = (place: number) => values.view.getInt32(at + place, true)
    const fours = Array.from({ length: (length - 1) >> 2 }, (_, index) => four(index * 4))
    const last = four(length - 4)
    const key: RowKey = { length, fours, last, field, isSecret: isSecretKey(name), next: null, row: 0 }
    this.#keys.push(key)
    return key
  }
}

function stands({ length, fours, last }: RowKey, { length: end, view }: PageBytes, from: number): boolean {
  if (from + length > end) return false
  for (let four = 0; four < fours.length; four++)
    if (view.getInt32(from + four * 4, true) !== fours[four]) return false
  return view.getInt32(from + length - 4, true) === last
}
