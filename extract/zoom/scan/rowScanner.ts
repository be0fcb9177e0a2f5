import { isUtf8 } from 'node:buffer'
import { isSecretKey } from '../redact.ts'
import { Cuts } from './cuts.ts'
import { byte, kinds, otherForm, type ScannedRows } from './form.ts'
import { type RowKey, RowKeys } from './rowKeys.ts'
import { ValueScanner } from './valueScanner.ts'

const rowsMax = 10_000

/**
 * Finds the rows of a page in its bytes: a page is one object with scalars and one list of objects, as nearly all
 * pages are that Zoom sends. A row's bytes are then its JSON as `JSON.stringify` would write it, to the letter.
 *
 * A field of a row that is never kept, such as a join link, is cut out. Any other form, of any row, is not read at all,
 * and left to `JSON.parse`: blanks between values, escapes that could be written shorter, numbers that are no
 * integers, a field twice, anything else that may be secret.
 */
export class RowScanner {
  readonly #list: string
  readonly #fields: number
  readonly #keys: RowKeys
  readonly #values = new ValueScanner()
  readonly #cuts = new Cuts()
  #kind = new Uint8Array(0)
  #start = new Int32Array(0)
  #end = new Int32Array(0)
  #rowStart = new Int32Array(0)
  #rowEnd = new Int32Array(0)

  /**
   * @param list name of the field with the rows
   * @param fields names of the rows' fields that are of interest
   */
  constructor(list: string, fields: readonly string[]) {
    this.#list = list
    this.#fields = fields.length
    this.#keys = new RowKeys(fields)
  }

  /** @returns null where the body is not of this form */
  scan(bytes: Buffer): ScannedRows | null {
    if (!isUtf8(bytes)) return null
    this.#values.begin(bytes)
    this.#cuts.clear()
    try {
      return this.#cuts.apply(this.#body(bytes))
    } catch (error) {
      if (error === otherForm) return null
      throw error
    } finally {
      this.#values.done()
    }
  }

  #body(bytes: Buffer): ScannedRows {
    const values = this.#values
    // All at once: what rows of the page before left there.
    this.#kind.fill(kinds.absent)
    const envelope = new Map<string, string | number | boolean | null>()
    let rows = -1
    let at = values.expect(0, byte.braceOpening)
    for (; ; at++) {
      const { name, end } = values.name(at)
      at = values.expect(end, byte.colon)
      if (envelope.has(name) || (name !== 'next_page_token' && isSecretKey(name))) throw otherForm
      if (name === this.#list) {
        if (rows >= 0) throw otherForm
        rows = 0
        at = values.expect(at, byte.opening)
        for (; ; at++) {
          if (rows >= rowsMax) throw otherForm
          this.#makeRoom(rows)
          at = this.#row(rows++, at)
          if (bytes[at] !== byte.comma) break
        }
        at = values.expect(at, byte.closing)
      } else {
        at = values.value(at, true)
        envelope.set(name, this.#scalar())
      }
      if (bytes[at] !== byte.comma) break
    }
    at = values.expect(at, byte.braceClosing)
    if (at !== bytes.length || rows < 0) throw otherForm
    return {
      ...{ bytes, rows, fields: this.#fields, kind: this.#kind, start: this.#start, end: this.#end },
      ...{ rowStart: this.#rowStart, rowEnd: this.#rowEnd, envelope: Object.fromEntries(envelope) },
    }
  }

  #scalar(): string | number | boolean | null {
    const { kind } = this.#values
    if (kind === kinds.json) throw otherForm
    if (kind === kinds.string || kind === kinds.escaped) return this.#values.text()
    if (kind === kinds.integer) return Number(this.#values.text())
    return kind === kinds.null ? null : kind === kinds.true
  }

  /** @returns where the next byte stands */
  #row(row: number, from: number): number {
    const values = this.#values
    const { bytes } = values
    const first = row * this.#fields
    this.#keys.beginRow()
    this.#rowStart[row] = from
    let at = values.expect(from, byte.braceOpening)
    let hasKept = false
    let key: RowKey | null = null
    for (; ; at++) {
      const keyStart = at
      key = this.#keys.at(values, at, key)
      at = values.value(at + key.length, !key.isSecret)
      const isLast = bytes[at] !== byte.comma
      if (key.isSecret) this.#cuts.add(hasKept ? keyStart - 1 : keyStart, hasKept || isLast ? at : at + 1)
      else {
        hasKept = true
        if (key.field >= 0) {
          const cell = first + key.field
          this.#kind[cell] = values.kind
          this.#start[cell] = values.start
          this.#end[cell] = values.end
        }
      }
      if (isLast) break
    }
    at = values.expect(at, byte.braceClosing)
    this.#rowEnd[row] = at
    return at
  }

  #makeRoom(row: number): void {
    if (row < this.#rowStart.length) return
    const rows = Math.max(300, row * 2)
    const cells = rows * this.#fields
    this.#kind = copied(this.#kind, new Uint8Array(cells))
    this.#start = copied(this.#start, new Int32Array(cells))
    this.#end = copied(this.#end, new Int32Array(cells))
    this.#rowStart = copied(this.#rowStart, new Int32Array(rows))
    this.#rowEnd = copied(this.#rowEnd, new Int32Array(rows))
  }
}

function copied<Numbers extends Uint8Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
