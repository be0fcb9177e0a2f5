/**
 * A SELECT of the rows of a table that have one of some values in a column, to be used where the table is long and the
 * values are few, all over it.
 *
 * DuckDB makes a bloom filter of the smaller side of a join and gives it to the scan of the larger one, which then
 * unpacks the other columns of a row only where the first is wanted. It does so for inner joins alone, and where the
 * smaller side was itself filtered: `having` is true of every group.
 * @param more what is selected beside all columns
 * @param wanted a SELECT or the name of a table, with a column of the same name; values may come more than once
 */
export function rowsWhere(table: string, column: string, wanted: string, more = ''): string {
  return `select ${more === '' ? '' : `${more}, `}* from ${table} inner join (${valuesOf(column, wanted)}) as wanted using (${column})`
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
