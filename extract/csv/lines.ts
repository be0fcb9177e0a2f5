import { TextDecoder } from 'node:util'
import { CsvReportError } from './csvReportError.ts'

/** A line of the file without its end; `end` is what ended it, empty where the file stops within the line. */
export interface Line {
  number: number
  text: string
  end: '\n' | '\r\n' | '\r' | ''
}

/** Longer lines exist in no report; a limit keeps a file without line ends from filling the memory. */
const longestLineCharacters = 1_000_000

/**
 * The lines of a file, one batch a chunk. UTF-8 with or without a byte-order mark as Zoom writes it, UTF-16 as
 * spreadsheets save it. NUL characters, which Zoom's exports carry now and then, are left out: they would cost
 * the row that holds them.
 *
 * Throws `CsvReportError` for a workbook, for bytes of another encoding, and for a line beyond any report's.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Line[]> {
  let rest = ''
  let number = 1
  for await (const text of decoded(chunks, file)) {
    rest += text
    const lines: Line[] = []
    let start = 0
    for (const match of rest.matchAll(/\r\n|\n|\r/g)) {
      // A return that ends the chunk may be half of a line end whose newline is still to come.
      if (match[0] === '\r' && match.index === rest.length - 1) break
      lines.push({ number: number++, text: rest.slice(start, match.index), end: match[0] as Line['end'] })
      start = match.index + match[0].length
    }
    rest = rest.slice(start)
    if (rest.length > longestLineCharacters) {
      const expected = `lines of at most ${longestLineCharacters} characters`
      throw new CsvReportError({ file, line: number, found: rest.slice(0, 100), expected })
    }
    if (lines.length > 0) yield lines
  }
  if (rest.endsWith('\r')) yield [{ number, text: rest.slice(0, -1), end: '\r' }]
  else if (rest !== '') yield [{ number, text: rest, end: '' }]
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let linesBefore = 0
  let head: Uint8Array = new Uint8Array(0)
  const decode = (bytes: Uint8Array): string => {
    decoder ??= decoderFor(bytes, file)
    let text: string
    try {
      text = decoder.decode(bytes, { stream: true })
    } catch (cause) {
      const lenient = new TextDecoder(decoder.encoding).decode(bytes)
      const before = lenient.slice(0, Math.max(0, lenient.indexOf('\uFFFD')))
      const line = 1 + linesBefore + before.split('\n').length - 1
      const found = `bytes that are not ${decoder.encoding}`
      const expected = 'UTF-8 text; export the report again, or save it as "CSV UTF-8"'
      throw new CsvReportError({ file, line, found, expected }, { cause })
    }
    linesBefore += text.split('\n').length - 1
    return text.replaceAll('\0', '')
  }
  for await (const chunk of chunks) {
    // The encoding shows in the first four bytes, which may come one by one.
    const bytes: Uint8Array = decoder === undefined && head.length > 0 ? Buffer.concat([head, chunk]) : chunk
    if (decoder === undefined && bytes.length < 4) head = bytes
    else yield decode(bytes)
  }
  if (decoder === undefined) yield decode(head)
  try {
    yield (decoder ?? new TextDecoder()).decode()
  } catch {
    // The file stops within a character. The row it stops in shows that, and is told of there.
    yield '\uFFFD'
  }
}

function decoderFor(bytes: Uint8Array, file: string): TextDecoder {
  const [first, second, third, fourth] = bytes
  if (first === 0x50 && second === 0x4b && third === 0x03 && fourth === 0x04) {
    const expected = 'a CSV file; use Zoom\'s own export, or save the sheet as "CSV UTF-8"'
    throw new CsvReportError({ file, line: null, found: 'an Excel workbook or zip archive', expected })
  }
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const isBigEndian =
    (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)
  const encoding = isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true })
}
