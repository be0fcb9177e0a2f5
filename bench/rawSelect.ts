import { columnsOf } from '../extract/raw/columns.ts'
import { duckdbTypes } from '../extract/raw/views.ts'
import type { Stream } from '../extract/streams.ts'

/** A SELECT of made-up raw rows, with all columns of the stream: those given, as SQL, the rest null. */
export function rawSelect(stream: Stream, given: Readonly<Record<string, string>>, from: string): string {
  const columns = Object.entries(columnsOf(stream)).map(
    ([name, type]) => `(${given[name] ?? 'null'})::${duckdbTypes[type]} as "${name}"`,
  )
  return `select ${columns.join(', ')} from ${from}`
}
