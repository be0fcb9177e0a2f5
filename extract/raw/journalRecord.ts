import { crc32 } from 'node:zlib'
import type { CaptureStatus, DataStream, Source, Subject } from '../streams.ts'

/** What the journal remembers. `c` is the capture id, times are epoch milliseconds. */
export type JournalRecord =
  | { t: 'begin'; c: string; at: number; stream: DataStream; source: Source; subject: Subject }
  | { t: 'page'; c: string; n: number; at: number; bytes: number; body: unknown }
  | { t: 'restart'; c: string }
  | { t: 'drop'; c: string }
  | {
      t: 'end'
      c: string
      at: number
      status: CaptureStatus
      reason: string | null
      errorCode: number | null
    }

/** A page record before its body, which joins as the text it already is: printing it again would cost twice. */
export type PageHeader = Omit<Extract<JournalRecord, { t: 'page' }>, 'body'>

const newline = 0x0a
/** `["` + 8 hexadecimal digits + `",` */
const prefixLength = 12

/**
 * One line: `["<crc32 of the record's bytes>",<record>]\n`, itself JSON. The checksum tells a line that was cut by
 * a crash, also where the cut leaves something that parses.
 * @param body JSON text of a page's body, or the bytes of it; line breaks in it can only be layout and become spaces
 * @returns the line's parts in turn: a body that is bytes is one of them, and not copied
 */
export function encodeRecord(
  record: Exclude<JournalRecord, { t: 'page' }> | PageHeader,
  body?: string | Buffer,
): Uint8Array[] {
  const text = JSON.stringify(record)
  const parts =
    body === undefined
      ? [Buffer.from(text)]
      : [Buffer.from(`${text.slice(0, -1)},"body":`), inOneLine(body), Buffer.from('}')]
  const sum = parts.reduce((sum, part) => crc32(part, sum), 0)
  return [Buffer.from(`["${sum.toString(16).padStart(8, '0')}",`), ...parts, Buffer.from(']\n')]
}

function inOneLine(body: string | Buffer): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return bytes.includes(newline) ? Buffer.from(bytes.map((byte) => (byte === newline ? 0x20 : byte))) : bytes
}

/** The record of one line (with or without its line break), or null where the line is not whole. */
export function decodeRecord(line: Buffer): JournalRecord | null {
  const end = line.at(-1) === newline ? line.length - 1 : line.length
  if (end < prefixLength + 3 || line[end - 1] !== 0x5d) return null
  const prefix = line.toString('latin1', 0, prefixLength)
  const match = /^\["([0-9a-f]{8})",$/.exec(prefix)
  const payload = line.subarray(prefixLength, end - 1)
  if (match === null || crc32(payload) !== Number.parseInt(match[1] as string, 16)) return null
  return JSON.parse(payload.toString('utf8')) as JournalRecord
}

/** The lines of a journal file with their places; the last may lack its line break. */
export function* linesOf(file: Buffer): Generator<{ offset: number; line: Buffer; isWhole: boolean }> {
  for (let offset = 0; offset < file.length; ) {
    const at = file.indexOf(newline, offset)
    const end = at === -1 ? file.length : at + 1
    yield { offset, line: file.subarray(offset, end), isWhole: at !== -1 }
    offset = end
  }
}
