import Table from 'cli-table3'
import type { Ora } from 'ora'

/** How a command speaks: people read stderr lines and stdout tables, machines read one JSON document on stdout. */
export interface Output {
  /** What is going on now; replaces the last one on a terminal, elsewhere a line from time to time. */
  progress(text: string): void
  /** A stage that is done: one line. */
  done(text: string): void
  /** Something the reader must act on. */
  warn(text: string): void
  /** Result text, for people only. */
  print(text: string): void
  /** Result rows, for people only. Cells are shown as they are. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
  /** The result for machines; does nothing without `--json`. */
  json(value: unknown): void
  /** Clears what is in motion, before an error or the end. */
  stop(): void
}

export interface OutputOptions {
  json?: boolean
  quiet?: boolean
}

interface Streams {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

/** Without a terminal, what is going on is told no more often: in a file each line stays. */
const plain_progress_ms = 30_000

/** Output for the streams at hand: a spinner on a terminal, plain lines elsewhere; `NO_COLOR` is honoured by the libraries. */
export async function createOutput(
  options: OutputOptions,
  streams: Streams = process,
  clock: () => number = Date.now,
): Promise<Output> {
  let lastProgressMs = clock()
  const isTerminal = streams.stderr.isTTY === true && !options.json && !options.quiet
  const spinner: Ora | null = isTerminal ? await spinnerOn(streams.stderr) : null
  const line = (text: string) => {
    spinner?.stop()
    streams.stderr.write(`${text}\n`)
  }
  return {
    progress(text) {
      if (spinner === null) {
        if (options.quiet || options.json || clock() - lastProgressMs < plain_progress_ms) return
        lastProgressMs = clock()
        streams.stderr.write(`${text}\n`)
        return
      }
      spinner.text = text
      if (!spinner.isSpinning) spinner.start()
    },
    done(text) {
      if (options.quiet) return
      if (spinner === null) streams.stderr.write(`${text}\n`)
      else spinner.succeed(text)
    },
    warn(text) {
      line(text)
    },
    print(text) {
      spinner?.stop()
      if (!options.json && !options.quiet) streams.stdout.write(`${text}\n`)
    },
    table(head, rows) {
      spinner?.stop()
      if (options.json || options.quiet) return
      streams.stdout.write(`${renderTable(head, rows)}\n`)
    },
    json(value) {
      if (options.json) streams.stdout.write(`${JSON.stringify(value, bigintAsNumber, 2)}\n`)
    },
    stop() {
      spinner?.stop()
    },
  }
}

/** Imported here: loading what draws it is a quarter of the start of a small command, and most starts have no terminal. */
async function spinnerOn(stream: NodeJS.WriteStream): Promise<Ora> {
  const { default: ora } = await import('ora')
  return ora({ stream, discardStdin: false })
}

function bigintAsNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** A table without frames: columns of numbers to the right, everything else to the left. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = head.map((_, column) =>
    rows.every((row) => /^[\d.,%–-]*$/.test(row[column] ?? '') && rows.length > 0),
  )
  const table = new Table({
    head: [...head],
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: ' ',
    },
  })
  for (const row of rows) table.push(row.map(plain))
  return table.toString()
}

/** Names come from strangers: control characters and escape sequences must not reach the terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
}
