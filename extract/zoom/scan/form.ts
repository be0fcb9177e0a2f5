/** Thrown where the bytes are not of the form that is read here. */
export const otherForm = new Error('not of this form')

/** What stands at a field of a row; a string in which something is escaped is told apart, `json` is a list or object. */
export const kinds = {
  ...{ absent: 0, string: 1, integer: 2, true: 3, false: 4, null: 5, escaped: 6, json: 7 },
} as const

export const byte = {
  ...{ blank: 0x20, quote: 0x22, percent: 0x25, comma: 0x2c, minus: 0x2d },
  ...{ zero: 0x30, nine: 0x39, colon: 0x3a, equals: 0x3d },
  ...{ opening: 0x5b, backslash: 0x5c, closing: 0x5d, braceOpening: 0x7b, braceClosing: 0x7d },
} as const

/** The rows of a page as places in its bytes. Valid until the next page is scanned: all pages share the memory. */
export interface ScannedRows {
  /** The page, less fields of rows that are never kept. */
  bytes: Buffer
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

/** What is between a string's quotes, as it is meant. */
export const unescaped = (written: string): string => JSON.parse(`"${written}"`)
