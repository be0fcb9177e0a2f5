import { hasSecretLink } from '../redact.ts'
import { byte, kinds, otherForm, unescaped } from './form.ts'
import { type RowKey, RowKeys } from './rowKeys.ts'

const words = (['true', 'false', 'null'] as const).map((word) => ({
  bytes: Buffer.from(word),
  kind: kinds[word],
}))
const none = Buffer.alloc(0)
/** A double holds every integer of so many digits. */
const digitsMax = 15
/** Lists and objects in each other, of a row's field. */
const depthMax = 8

/** Escapes that `JSON.stringify` writes too: `\u0041` and `\/` it would write another way. */
const plainEscapes = new Set([...'"\\bfnrt'].map((character) => character.charCodeAt(0)))

/**
 * Where, in four bytes of a string read as one number, the first stands that has to be looked at: a quote, a
 * backslash, what no string may have, and what may be part of a link (`=`, `%`). As a mask of the bytes' highest bits,
 * in which the lowest one set is right; 0 where there is none. Four bytes cost little more so than one does.
 *
 * A byte is below n where taking n from it borrows, and one that equals n is below 1 after `^ n`. Everything below 0x26
 * is caught in one go, blanks and `!#$` with it.
 */
function special(four: number): number {
  const equals = four ^ 0x3d3d3d3d
  const backslash = four ^ 0x5c5c5c5c
  return (
    (((four - 0x26262626) & ~four) |
      ((equals - 0x01010101) & ~equals) |
      ((backslash - 0x01010101) & ~backslash)) &
    0x80808080
  )
}

/**
 * Finds where JSON values end, without making strings or objects of them. It goes on only over what `JSON.stringify`
 * would write to the letter, and over nothing that may be secret.
 */
export class ValueScanner {
  /** What is read, and the same by words. */
  bytes: Buffer = none
  view = new DataView(none.buffer as ArrayBufferLike)
  /** Of them. */
  length = 0
  /** Of the value read last; see `kinds`. */
  kind = 0
  /** Of a string: of what is between its quotes. */
  start = 0
  end = 0
  /** Names of the fields of objects within rows, by their depth. */
  readonly #keys: RowKeys[] = []

  begin(bytes: Buffer): void {
    this.bytes = bytes
    this.length = bytes.length
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Holds the bytes no longer. */
  done(): void {
    this.begin(none)
  }

  /**
   * A value of any kind.
   * @param isKept whether the value is kept, and so must not be secret
   * @returns where the next byte stands
   */
  value(at: number, isKept: boolean): number {
    const first = at < this.length ? this.bytes[at] : 0
    if (first === byte.quote) return this.string(at, isKept)
    if (first !== byte.opening && first !== byte.braceOpening) return this.#number(at)
    // What is not kept may hold anything, and is not looked into.
    if (!isKept) throw otherForm
    const end = this.#nested(at, 1)
    this.kind = kinds.json
    this.start = at
    this.end = end
    return end
  }

  string(from: number, isKept: boolean): number {
    const { bytes } = this
    let at = this.expect(from, byte.quote)
    const start = at
    let hasMarks = false
    let kind: number = kinds.string
    for (; ; at++) {
      at = this.#nextSpecial(at)
      const found = bytes[at]
      if (found === byte.quote) break
      if (found === byte.backslash) {
        at++
        if (!plainEscapes.has(bytes[at] as number)) throw otherForm
        kind = kinds.escaped
      } else if (found === byte.equals || found === byte.percent) hasMarks = true
      // The end of the page comes as undefined.
      else if (!((found as number) >= byte.blank)) throw otherForm
    }
    this.kind = kind
    this.start = start
    this.end = at
    if (hasMarks && isKept && hasSecretLink(this.text())) throw otherForm
    return at + 1
  }

  /** Where the next byte stands that `special` finds; the last three of a page are all looked at. */
  #nextSpecial(from: number): number {
    const { view } = this
    const last = this.length - 4
    let at = from
    for (; at <= last; at += 4) {
      const found = special(view.getInt32(at, true))
      if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3)
    }
    return at
  }

  /** A string that names a field, without its colon. */
  name(at: number): { name: string; end: number } {
    const end = this.string(at, true)
    if (this.kind === kinds.escaped) throw otherForm
    const name = this.text()
    // A number as a name would be moved to the front by whoever parses and prints the body.
    if (/^\d+$/.test(name) || name === '__proto__') throw otherForm
    return { name, end }
  }

  expect(at: number, expected: number): number {
    if (at >= this.length || this.bytes[at] !== expected) throw otherForm
    return at + 1
  }

  /** The value read last, as text. */
  text(): string {
    const written = this.bytes.toString('utf8', this.start, this.end)
    return this.kind === kinds.escaped ? unescaped(written) : written
  }

  #number(from: number): number {
    const { bytes } = this
    const first = from < bytes.length ? (bytes[from] as number) : 0
    if (first !== byte.minus && (first < byte.zero || first > byte.nine)) return this.#word(from, first)
    let at = first === byte.minus ? from + 1 : from
    const digitsFrom = at
    while (at < bytes.length && (bytes[at] as number) >= byte.zero && (bytes[at] as number) <= byte.nine) at++
    const digits = at - digitsFrom
    // JSON has no leading zeros, and -0 would be printed as 0.
    if (digits === 0 || digits > digitsMax) throw otherForm
    if (bytes[digitsFrom] === byte.zero && (digits > 1 || first === byte.minus)) throw otherForm
    this.kind = kinds.integer
    this.start = from
    this.end = at
    return at
  }

  #word(from: number, first: number): number {
    const word = words.find((one) => one.bytes[0] === first)
    if (word === undefined) throw otherForm
    let at = from
    for (const expected of word.bytes) at = this.expect(at, expected)
    this.kind = word.kind
    this.start = from
    this.end = at
    return at
  }

  /** A list or an object, with all that is in it. */
  #nested(from: number, depth: number): number {
    if (depth > depthMax) throw otherForm
    const isObject = this.bytes[from] === byte.braceOpening
    const closing = isObject ? byte.braceClosing : byte.closing
    let at = from + 1
    if (this.bytes[at] === closing) return at + 1
    const keys = this.#keysAt(depth)
    if (isObject) keys.beginRow()
    let key: RowKey | null = null
    for (;;) {
      if (isObject) {
        key = keys.at(this, at, key)
        if (key.isSecret) throw otherForm
        at += key.length
      }
      const first = at < this.length ? this.bytes[at] : 0
      const isDeeper = first === byte.opening || first === byte.braceOpening
      at = isDeeper ? this.#nested(at, depth + 1) : this.value(at, true)
      if (this.bytes[at] !== byte.comma) return this.expect(at, closing)
      at++
    }
  }

  /** Objects that are within each other have names of their own, so each depth has its own. */
  #keysAt(depth: number): RowKeys {
    this.#keys[depth] ??= new RowKeys([])
    return this.#keys[depth]
  }
}
