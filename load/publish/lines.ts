import { join } from 'node:path'
import type { Catalog } from '../catalog.ts'
import type { Change } from './compare.ts'
import { assertCount } from './serverTable.ts'

/** A change, and the rows it brings. */
export interface Lines {
  change: Change
  /** Rows in COPY text format; null where there are none. */
  file: string | null
  rows: number
}

/**
 * Writes the rows of each change to a file, one ahead: while Postgres reads a table, DuckDB writes the next.
 * No row passes through JavaScript.
 */
export async function* linesOf(
  catalog: Catalog,
  folder: string,
  changes: readonly Change[],
): AsyncGenerator<Lines> {
  let next: Promise<Lines> | undefined
  try {
    for (const [at, change] of changes.entries()) {
      const lines = await (next ?? write(catalog, folder, change))
      const following = changes[at + 1]
      next = following && write(catalog, folder, following)
      // Whoever waits for it hears of its failure; until then nobody does.
      next?.catch(() => undefined)
      yield lines
    }
  } finally {
    // The catalog must not be closed under it.
    await next?.catch(() => undefined)
  }
}

async function write(catalog: Catalog, folder: string, change: Change): Promise<Lines> {
  const { table, columns, units, changed, ids, isPartial } = change
  if (changed.length + (ids?.length ?? 0) === 0) return { change, file: null, rows: 0 }
  const file = join(folder, `${table.name}.copy`)
  const isAll = !isPartial && changed.length === units.size
  const of = isAll ? 'all' : ids === undefined ? { units: changed } : { ids }
  const rows = await catalog.writeLines(table, columns, of, file)
  if (ids === undefined) {
    const expected = changed.reduce((sum, unit) => sum + (units.get(unit)?.rowCount ?? 0), 0)
    assertCount(table.name, 'rows in the catalog', rows, expected)
  }
  return { change, file, rows }
}
