import { createReadStream } from 'node:fs'
import { linesOf } from '../../extract/csv/lines.ts'
import { type CsvRecord, type Delimiter, RecordAssembler } from '../../extract/csv/records.ts'
import { UsageError } from '../cliError.ts'

/** A line of the user's file, as it was said. References are not looked at yet. */
export interface SaidCorrection {
  line: number
  decision: 'one' | 'not one'
  one: string
  /** Null only where a key is said to be of several people. */
  other: string | null
  why: string | null
}

/** The first line of a corrections file. */
const header = 'decision,one,other,why'

/**
 * Reads a corrections file: CSV with the columns `decision,one,other,why`, in UTF-8 or UTF-16, with commas, semicolons
 * or tabs. Empty lines and lines that begin with `#` are left out.
 * @throws {UsageError} naming every line that cannot be taken, and why; {CsvReportError} where the file is no text
 */
export async function readCorrectionsFile(file: string): Promise<SaidCorrection[]> {
  const records = await readRecords(file)
  const [head, ...others] = records
  const columns = head?.cells?.map((cell) => cell.trim().toLowerCase())
  if (columns?.join() !== header && columns?.join() !== 'decision,one,other') {
    throw new UsageError(
      `${file}, line ${head?.line ?? 1}: expected the column names ${header}, found ${head === undefined ? 'an empty file' : JSON.stringify(head.text.slice(0, 80))}`,
    )
  }
  const mistakes: string[] = []
  const said: SaidCorrection[] = []
  const seen = new Map<string, number>()
  for (const record of others) {
    const read = readRecord(record, columns.length)
    if (typeof read === 'string') {
      mistakes.push(`${file}, line ${record.line}: ${read}`)
      continue
    }
    const text = [read.decision, ...[read.one, read.other ?? ''].sort()].join('\n')
    const earlier = seen.get(text)
    if (earlier !== undefined) mistakes.push(`${file}, line ${record.line}: says the same as line ${earlier}`)
    seen.set(text, record.line)
    said.push(read)
  }
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'))
  return said
}

function readRecord({ line, cells, reason }: CsvRecord, columns: number): SaidCorrection | string {
  if (cells === null) return reason ?? 'is no CSV'
  if (cells.length > columns && cells.slice(columns).some((cell) => cell.trim() !== '')) {
    return `has ${cells.length} cells for ${columns} columns; put texts with the delimiter into quotes`
  }
  const [decision = '', one = '', other = '', why = ''] = cells.map((cell) => cell.trim())
  if (decision !== 'one' && decision !== 'not one') {
    return `the decision is ${JSON.stringify(decision)}; expected "one" or "not one"`
  }
  if (one === '') return 'the column "one" is empty; say whom it is about'
  if (decision === 'one' && other === '') return 'the column "other" is empty; say with whom it is one'
  return { line, decision, one, other: other === '' ? null : other, why: why === '' ? null : why }
}

async function readRecords(file: string): Promise<CsvRecord[]> {
  let assembler: RecordAssembler | null = null
  const records: CsvRecord[] = []
  try {
    for await (const lines of linesOf(createReadStream(file), file)) {
      const told = lines.filter(({ text }) => text.trim() !== '' && !text.startsWith('#'))
      if (told[0] === undefined) continue
      assembler ??= new RecordAssembler(delimiterOf(told[0].text))
      records.push(...assembler.push(told))
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`${file} cannot be read (${code}). Name a CSV file with the columns ${header}.`)
  }
  return [...records, ...(assembler?.end() ?? [])]
}

/** Spreadsheets of some countries save `;`. The names of the columns have none of the three. */
function delimiterOf(head: string): Delimiter {
  return ([';', '\t'] as const).find((delimiter) => head.includes(delimiter)) ?? ','
}
