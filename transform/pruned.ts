import type { Engine } from './engine.ts'

/**
 * A SELECT of the rows of a table that have one of some values in a column, to be used where the table is long and the
 * values are few, all over it.
 *
 * DuckDB makes a bloom filter of the smaller side of a join and gives it to the scan of the larger one, which then
 * unpacks the other columns of a row only where the first is wanted. It does so for inner joins alone, and where the
 * smaller side was itself filtered: `having` is true of every group.
 * @param wanted a SELECT or the name of a table, with a column of the same name; values may come more than once
 */
export function rowsWhere(table: string, column: string, wanted: string, columns = '*'): string {
  return `select ${columns} from ${table} inner join (${valuesOf(column, wanted)}) as wanted using (${column})`
}

/** So many rows are looked for one by one; of more, nearly every block of a long table has one. */
const fewRowsMax = 10_000

/**
 * Creates the temporary table `few_rows`: what `rowsWhere` gives where that is a few rows of a long table, with `row`, their
 * rowid. The bloom filter lets one in fifty rows pass that nobody wants, which are some in every block, so that all
 * columns would be read whole. Here it is given the first column alone, and rows are then read by their number.
 */
export async function takeFewRows(
  engine: Engine,
  table: string,
  column: string,
  wanted: string,
  columns = `known.* exclude (${column})`,
): Promise<void> {
  const numbers = rowsWhere(table, column, wanted, `${table}.rowid as row, ${column}`)
  await engine.run(`create or replace temp table few_numbers as ${numbers}`)
  // From so many values on DuckDB has no list of them to tell by which blocks to pass over.
  await engine.run(`set dynamic_or_filter_threshold = ${fewRowsMax}`)
  await engine.run(
    `create or replace temp table few_rows as
     select numbers.row, numbers.${column}, ${columns}
     from ${table} as known
     inner join few_numbers as numbers on numbers.row = known.rowid`,
  )
  await engine.run('reset dynamic_or_filter_threshold')
}

/** What `rowsWhere` joins with: each value once, in a form that DuckDB filters scans by. */
function valuesOf(column: string, wanted: string): string {
  const from = /^\s*select\b/.test(wanted) ? `(${wanted})` : wanted
  return `select ${column} from ${from} group by ${column} having count(*) > 0`
}

/** Deletes the rows that `rowsWhere` would give. */
export function deleteWhere(table: string, column: string, wanted: string): string {
  return `delete from ${table} as known using (${valuesOf(column, wanted)}) as wanted where wanted.${column} = known.${column}`
}
