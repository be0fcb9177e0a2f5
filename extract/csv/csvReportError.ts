import { withoutJoinLinks } from './cells.ts'

const longestQuote = 80

/**
 * A file that cannot be taken for an attendee report, or not safely. Terminal: reading it again gives the same
 * error, so the message says which file and line, what was found there and what should have been.
 */
export class CsvReportError extends Error {
  override readonly name = 'CsvReportError'
  readonly file: string
  /** Counted from 1; null when the trouble is with the file as a whole. */
  readonly line: number | null

  constructor(
    trouble: { file: string; line: number | null; found: string; expected: string },
    options?: ErrorOptions,
  ) {
    const place = trouble.line === null ? trouble.file : `${trouble.file}, line ${trouble.line}`
    super(`${place}: found ${excerpt(trouble.found)}; expected ${trouble.expected}`, options)
    this.file = trouble.file
    this.line = trouble.line
  }
}

/** Text of an untrusted file for a message: on one line, quoted, at most 80 characters, without join links. */
export function excerpt(text: string): string {
  const safe = withoutJoinLinks(text.slice(0, 1_000))
  const characters = Array.from(safe)
  const shown = characters.length > longestQuote ? `${characters.slice(0, longestQuote).join('')}…` : safe
  return JSON.stringify(shown)
}
