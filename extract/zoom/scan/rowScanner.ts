import { isUtf8 } from 'node:buffer'
import { hasSecretLink, isSecretKey } from '../redact.ts'

/** What stands at a field of a row; a string in which something is escaped is told apart. */
export const kinds = { absent: 0, string: 1, integer: 2, true: 3, false: 4, null: 5, escaped: 6 } as const

/** The rows of a page as places in its bytes. Valid until the next page is scanned: all pages share the memory. */
export interface ScannedRows {
  rows: number
  /** Fields of interest in a row; those of row `r` begin at `r * fields`. */
  fields: number
  /** See `kinds`. */
  kind: Uint8Array
  /** Of a string: of what is between its quotes. */
  start: Int32Array
  end: Int32Array
  /** Of the whole row, with its braces. */
  rowStart: Int32Array
  rowEnd: Int32Array
  /** The body's other fields. */
  envelope: Readonly<Record<string, string | number | boolean | null>>
}

const byte = {
  ...{ quote: 0x22, comma: 0x2c, minus: 0x2d, zero: 0x30, nine: 0x39, colon: 0x3a },
  ...{ opening: 0x5b, backslash: 0x5c, closing: 0x5d, braceOpening: 0x7b, braceClosing: 0x7d },
} as const
const words = (['true', 'false', 'null'] as const).map((word) => ({
  bytes: Buffer.from(word),
  kind: kinds[word],
}))
/** A double holds every integer of so many digits. */
const digitsMax = 15
/** An API with more fields a row is none of Zoom's: looking them up would cost more than it saves. */
const keysMax = 200
const rowsMax = 10_000

/** Escapes that `JSON.stringify` writes too: `\u0041` and `\/` it would write another way. */
const plainEscapes = new Set([...'"\\bfnrt'].map((character) => character.charCodeAt(0)))

/** Of a byte in a string: 0 goes on, 1 ends it, 2 cannot be read here, 3 may be part of a link, 4 escapes the next. */
const inString = Uint8Array.from({ length: 256 }, (_, at) => {
  if (at === byte.quote) return 1
  if (at === byte.backslash) return 4
  if (at < 0x20) return 2
  return at === 0x3d || at === 0x25 ? 3 : 0
})

/** Thrown where the bytes are not of the form that is read here. */
const otherForm = new Error('not of this form')

interface Key {
  /** `"name":` */
  bytes: Uint8Array
  /** Place among the fields of interest; -1 for others. */
  field: number
  /** The key that stood behind it last: rows of a page have the same fields in the same order, or nearly. */
  next: number
  /** Number of the row it was last seen in. */
  row: number
}

/**
 * Finds the rows of a page in its bytes, without making strings or objects of them: a page is one object with scalars
 * and one list of flat objects, as nearly all pages are that Zoom sends. A row's bytes are then its JSON as
 * `JSON.stringify` would write it, to the letter.
 *
 * Any other form, of any row, is not read at all, and left to `JSON.parse`: nested values, blanks between values,
 * escapes that could be written shorter, numbers that are no integers, a field twice, anything that may be secret.
 */
export class RowScanner {
  readonly #list: string
  readonly #fields: readonly string[]
  readonly #keys: Key[] = []
  #first = -1
  #rowNumber = 0
  #kind = new Uint8Array(0)
  #start = new Int32Array(0)
  #end = new Int32Array(0)
  #rowStart = new Int32Array(0)
  #rowEnd = new Int32Array(0)
  #bytes: Uint8Array = Buffer.alloc(0)
  #at = 0
  /** Of the value read last. */
  #value = { kind: 0, start: 0, end: 0 }

  /**
   * @param list name of the field with the rows
   * @param fields names of the rows' fields that are of interest
   */
  constructor(list: string, fields: readonly string[]) {
    this.#list = list
    this.#fields = fields
  }

  /** @returns null where the body is not of this form */
  scan(bytes: Buffer): ScannedRows | null {
    if (!isUtf8(bytes)) return null
    this.#bytes = bytes
    this.#at = 0
    try {
      return this.#body()
    } catch (error) {
      if (error === otherForm) return null
      throw error
    } finally {
      this.#bytes = Buffer.alloc(0)
    }
  }

  #body(): ScannedRows {
    const envelope = new Map<string, string | number | boolean | null>()
    let rows = -1
    this.#expect(byte.braceOpening)
    do {
      const name = this.#envelopeKey()
      if (envelope.has(name)) throw otherForm
      if (name === this.#list) {
        if (rows >= 0) throw otherForm
        rows = this.#rows()
      } else envelope.set(name, this.#envelopeValue())
    } while (this.#isNext(byte.comma))
    this.#expect(byte.braceClosing)
    if (this.#at !== this.#bytes.length || rows < 0) throw otherForm
    return {
      ...{ rows, fields: this.#fields.length, kind: this.#kind, start: this.#start, end: this.#end },
      ...{ rowStart: this.#rowStart, rowEnd: this.#rowEnd, envelope: Object.fromEntries(envelope) },
    }
  }

  #envelopeKey(): string {
    this.#string()
    if (this.#value.kind === kinds.escaped) throw otherForm
    const name = this.#text()
    this.#expect(byte.colon)
    // A number as a name would be moved to the front by whoever parses and prints the body.
    if (/^\d+$/.test(name) || name === '__proto__') throw otherForm
    if (name !== 'next_page_token' && isSecretKey(name)) throw otherForm
    return name
  }

  #envelopeValue(): string | number | boolean | null {
    this.#scalar()
    const { kind } = this.#value
    if (kind === kinds.string || kind === kinds.escaped) return this.#text()
    if (kind === kinds.integer) return Number(this.#text())
    return kind === kinds.null ? null : kind === kinds.true
  }

  #rows(): number {
    this.#expect(byte.opening)
    let rows = 0
    do {
      if (rows >= rowsMax) throw otherForm
      this.#makeRoom(rows)
      this.#row(rows++)
    } while (this.#isNext(byte.comma))
    this.#expect(byte.closing)
    return rows
  }

  #row(row: number): void {
    const keys = this.#keys
    const first = row * this.#fields.length
    const rowNumber = ++this.#rowNumber
    this.#kind.fill(kinds.absent, first, first + this.#fields.length)
    this.#rowStart[row] = this.#at
    this.#expect(byte.braceOpening)
    let last = -1
    do {
      const guess = last < 0 ? this.#first : (keys[last] as Key).next
      const found = guess >= 0 && this.#isKey(keys[guess] as Key) ? guess : this.#keyHere()
      const key = keys[found] as Key
      if (last < 0) this.#first = found
      else (keys[last] as Key).next = found
      last = found
      if (key.row === rowNumber) throw otherForm
      key.row = rowNumber
      this.#at += key.bytes.length
      this.#scalar()
      if (key.field >= 0) {
        const at = first + key.field
        const { kind, start, end } = this.#value
        this.#kind[at] = kind
        this.#start[at] = start
        this.#end[at] = end
      }
    } while (this.#isNext(byte.comma))
    this.#expect(byte.braceClosing)
    this.#rowEnd[row] = this.#at
  }

  #isKey(key: Key): boolean {
    const bytes = this.#bytes
    const expected = key.bytes
    const from = this.#at
    if (from + expected.length > bytes.length) return false
    for (let at = 0; at < expected.length; at++) if (bytes[from + at] !== expected[at]) return false
    return true
  }

  /** The key that stands here, whichever it is. */
  #keyHere(): number {
    const known = this.#keys.findIndex((key) => this.#isKey(key))
    if (known >= 0) return known
    const from = this.#at
    const name = this.#envelopeKey()
    const bytes = Uint8Array.from(this.#bytes.subarray(from, this.#at))
    this.#at = from
    if (name === 'next_page_token' || this.#keys.length >= keysMax) throw otherForm
    return this.#keys.push({ bytes, field: this.#fields.indexOf(name), next: -1, row: -1 }) - 1
  }

  #scalar(): void {
    const first = this.#at < this.#bytes.length ? (this.#bytes[this.#at] as number) : 0
    if (first === byte.quote) {
      this.#string()
      return
    }
    const value = this.#value
    value.start = this.#at
    if (first === byte.minus || (first >= byte.zero && first <= byte.nine)) {
      this.#integer(first)
      value.kind = kinds.integer
    } else {
      const word = words.find((one) => one.bytes[0] === first)
      if (word === undefined) throw otherForm
      for (const expected of word.bytes) this.#expect(expected)
      value.kind = word.kind
    }
    value.end = this.#at
  }

  #string(): void {
    this.#expect(byte.quote)
    const bytes = this.#bytes
    const { length } = bytes
    const start = this.#at
    let at = start
    let hasMarks = false
    let kind: number = kinds.string
    for (; at < length; at++) {
      const what = inString[bytes[at] as number] as number
      if (what === 0) continue
      if (what === 1) break
      if (what === 2) throw otherForm
      if (what === 3) hasMarks = true
      else {
        at++
        if (at >= length || !plainEscapes.has(bytes[at] as number)) throw otherForm
        kind = kinds.escaped
      }
    }
    if (at >= length) throw otherForm
    this.#at = at + 1
    this.#value.kind = kind
    this.#value.start = start
    this.#value.end = at
    if (hasMarks && hasSecretLink(this.#text())) throw otherForm
  }

  #integer(first: number): void {
    const bytes = this.#bytes
    let at = this.#at + (first === byte.minus ? 1 : 0)
    const start = at
    while (at < bytes.length && (bytes[at] as number) >= byte.zero && (bytes[at] as number) <= byte.nine) at++
    const digits = at - start
    // JSON has no leading zeros, and -0 would be printed as 0.
    if (digits === 0 || digits > digitsMax) throw otherForm
    if (bytes[start] === byte.zero && (digits > 1 || first === byte.minus)) throw otherForm
    this.#at = at
  }

  /** The value read last, as text. */
  #text(): string {
    const { kind, start, end } = this.#value
    const written = (this.#bytes as Buffer).toString('utf8', start, end)
    return kind === kinds.escaped ? unescaped(written) : written
  }

  #isNext(expected: number): boolean {
    if (this.#at >= this.#bytes.length || this.#bytes[this.#at] !== expected) return false
    this.#at++
    return true
  }

  #expect(expected: number): void {
    if (!this.#isNext(expected)) throw otherForm
  }

  #makeRoom(row: number): void {
    if (row < this.#rowStart.length) return
    const rows = Math.max(300, row * 2)
    const cells = rows * this.#fields.length
    this.#kind = copied(this.#kind, new Uint8Array(cells))
    this.#start = copied(this.#start, new Int32Array(cells))
    this.#end = copied(this.#end, new Int32Array(cells))
    this.#rowStart = copied(this.#rowStart, new Int32Array(rows))
    this.#rowEnd = copied(this.#rowEnd, new Int32Array(rows))
  }
}

/** What is between a string's quotes, as it is meant. */
export const unescaped = (written: string): string => JSON.parse(`"${written}"`)

function copied<Numbers extends Uint8Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
