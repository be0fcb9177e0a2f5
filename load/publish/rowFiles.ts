import { join } from 'node:path'
import type { Catalog } from '../catalog.ts'
import type { Change } from './compare.ts'
import { assertCount } from './serverTable.ts'

/** A change, and the rows it brings. */
export interface RowFile {
  change: Change
  /** Rows as binary COPY takes them; null where there are none. */
  file: string | null
  rows: number
}

/**
 * Finds out what is to be done to each table and writes the rows it needs to a file, ahead of whoever takes them: while
 * Postgres reads and indexes a table, DuckDB is at the next ones. No row passes through JavaScript.
 * @param comparisons begun one after the other, in their order
 */
export async function* rowFilesOf(
  catalog: Catalog,
  folder: string,
  comparisons: readonly (() => Promise<Change>)[],
): AsyncGenerator<RowFile> {
  let isOver = false
  let last: Promise<unknown> = Promise.resolve()
  const all = comparisons.map((compare) => {
    const rowFile = last.then(async () => {
      if (isOver) throw new Error('nobody waits for these rows any more')
      return write(catalog, folder, await compare())
    })
    // Whoever waits for it hears of its failure; until then nobody does.
    rowFile.catch(() => undefined)
    last = rowFile
    return rowFile
  })
  try {
    for (const rowFile of all) yield await rowFile
  } finally {
    isOver = true
    // The catalog must not be closed under it.
    await Promise.allSettled(all)
  }
}

async function write(catalog: Catalog, folder: string, change: Change): Promise<RowFile> {
  const { table, columns, units, changed, ids, isPartial } = change
  if (changed.length + (ids?.length ?? 0) === 0) return { change, file: null, rows: 0 }
  const file = join(folder, `${table.name}.copy`)
  const isAll = !isPartial && changed.length === units.size
  const of = isAll ? 'all' : ids === undefined ? { units: changed } : { ids }
  const rows = await catalog.writeRows(table, columns, of, file)
  if (ids === undefined) {
    const expected = changed.reduce((sum, unit) => sum + (units.get(unit)?.rowCount ?? 0), 0)
    assertCount(table.name, 'rows in the catalog', rows, expected)
  }
  return { change, file, rows }
}
