import { createReadStream } from 'node:fs'
import { CsvReportError } from './csvReportError.ts'
import { type Line, linesOf } from './lines.ts'
import { type CsvRecord, delimiterOf, RecordAssembler } from './records.ts'
import { type ReportItem, SectionReader } from './sections.ts'

export interface ReportEffects {
  /** The bytes of the file from its start; called once for each reading. */
  read(path: string): AsyncIterable<Uint8Array>
}

export const diskEffects: ReportEffects = {
  read: (path) => createReadStream(path, { highWaterMark: 262_144 }),
}

/** The columns that tell the delimiter stand in the first lines of a report. */
const delimiterLines = 200

/** The items of a report, one batch a chunk of the file. Throws `CsvReportError` as soon as it shows to be none. */
export async function* reportItems(
  path: string,
  file: string,
  effects: ReportEffects,
): AsyncGenerator<ReportItem[]> {
  const sections = new SectionReader(file)
  const itemsOf = (records: readonly CsvRecord[]): ReportItem[] =>
    records.flatMap((each) => sections.push(each))
  let assembler: RecordAssembler | null = null
  let early: Line[] = []
  for await (const lines of linesOf(readable(path, file, effects), file)) {
    early.push(...lines)
    if (assembler === null) {
      const delimiter = delimiterOf(early)
      if (delimiter === null && early.length < delimiterLines) continue
      assembler = new RecordAssembler(delimiter ?? ',')
    }
    const items = itemsOf(assembler.push(early))
    early = []
    yield items
  }
  assembler ??= new RecordAssembler(',')
  yield [...itemsOf(assembler.push(early)), ...itemsOf(assembler.end()), ...sections.end()]
}

async function* readable(path: string, file: string, effects: ReportEffects): AsyncGenerator<Uint8Array> {
  try {
    yield* effects.read(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
    if (code === null) throw cause
    throw new CsvReportError(
      { file, line: null, found: code, expected: 'a file that can be read' },
      { cause },
    )
  }
}
