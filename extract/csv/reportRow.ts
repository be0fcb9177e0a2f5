import { columnKey } from './cells.ts'
import type { ReportZone } from './localTime.ts'
import type { SectionTable } from './sections.ts'

/** What every row of one report is read with. */
export interface ReportContext {
  zone: ReportZone
  /** Epoch milliseconds. */
  start_ms: number
  /** Null where the report gives no duration. */
  end_ms: number | null
}

/** A row understood as one of the raw zone's, or why it is not. */
export type RowReading<Row> = { row: Row } | { problem: string }

/** Where a column stands, by its name in any of the layouts. */
export type CellFinder = (cells: readonly string[], ...names: string[]) => string | undefined

const finders = new WeakMap<SectionTable, CellFinder>()

/** Finds the cell of the first of some column names (in lower case) that the section has; undefined without one. */
export function finderOf(table: SectionTable): CellFinder {
  let finder = finders.get(table)
  if (finder === undefined) {
    const positions = new Map(table.columns.map((name, index) => [columnKey(name), index]))
    finder = (cells, ...names) => {
      const name = names.find((each) => positions.has(each))
      return name === undefined ? undefined : cells[positions.get(name) ?? -1]
    }
    finders.set(table, finder)
  }
  return finder
}

/** The row's JSON: every cell under its column, and the section. Cells that a short row lacks are absent. */
export function rawOf(section: string, columns: readonly string[], cells: readonly string[]): string {
  const named = cells.map((cell, index): [string, string] => [columns[index] ?? `column ${index + 1}`, cell])
  // fromEntries makes own properties of all names, `__proto__` too.
  return JSON.stringify(Object.fromEntries([['section', section], ...named]))
}
