import { join } from 'node:path'
import type { Catalog, Wanted } from '../catalog.ts'
import type { Change } from './compare.ts'

/** A change, and the rows it brings. */
export interface RowFiles {
  change: Change
  /** In their order, each as soon as it is written; none where there are no rows. */
  files: Promise<RowFile>[]
}

/** Some of the rows, as binary COPY takes them. */
export interface RowFile {
  path: string
  rows: number
}

/**
 * Finds out what is to be done to each table and writes the rows it needs to files, ahead of whoever takes them: while
 * Postgres reads and indexes some, DuckDB is at the next ones. No row passes through JavaScript.
 * @param comparisons begun one after the other, in their order
 */
export async function* rowFilesOf(
  catalog: Catalog,
  folder: string,
  comparisons: readonly (() => Promise<Change>)[],
): AsyncGenerator<RowFiles> {
  let isOver = false
  const unlessOver = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOver) throw new Error('nobody waits for these rows any more')
    return work()
  }
  const filesOf = async (change: Change): Promise<RowFiles> => {
    const pieces = await piecesOf(catalog, change)
    const writing = pieces.map((rows, at) => () => unlessOver(() => write(catalog, folder, change, rows, at)))
    return { change, files: inTurn(writing) }
  }
  let last: Promise<unknown> = Promise.resolve()
  const all = comparisons.map((compare) => {
    const begun = last.then(() => unlessOver(async () => filesOf(await compare())))
    last = begun.then(({ files }) => Promise.all(files))
    return begun
  })
  // Whoever waits for one hears of its failure; until then nobody does.
  last.catch(() => undefined)
  try {
    for (const begun of all) yield await begun
  } finally {
    isOver = true
    // The catalog must not be closed under it.
    await last.catch(() => undefined)
  }
}

/** Begins each work when the one before it has succeeded, whether anybody waits for it or not. */
function inTurn<T>(works: readonly (() => Promise<T>)[]): Promise<T>[] {
  let last: Promise<unknown> = Promise.resolve()
  return works.map((work) => {
    const done = last.then(work)
    done.catch(() => undefined)
    last = done
    return done
  })
}

/** What is written to one file each: of a whole table as many rows as are soon written, for Postgres to begin with. */
async function piecesOf(catalog: Catalog, change: Change): Promise<Wanted[]> {
  const { table, units, changed, ids, isPartial } = change
  if (changed.length + (ids?.changed.length ?? 0) === 0) return []
  if (!isPartial && changed.length === units.size) return catalog.ranges(table)
  return [ids === undefined ? { units: changed } : { ids: ids.changed }]
}

async function write(
  catalog: Catalog,
  folder: string,
  { table, columns }: Change,
  wanted: Wanted,
  at: number,
): Promise<RowFile> {
  const path = join(folder, `${table.name}-${at}.copy`)
  return { path, rows: await catalog.writeRows(table, columns, wanted, path) }
}
