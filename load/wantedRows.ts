import type { DuckDBConnection } from '@duckdb/node-api'
import { rowsWhere } from '../transform/pruned.ts'
import { quote } from './copyRow.ts'
import type { PublishedTable } from './tables.ts'

/** The rows of some units, or the rows with some ids: a few of very many, found without unpacking the others. */
export interface WantedRows {
  /** Makes a temporary table of the rows of some units. @returns its name */
  keepUnits(table: PublishedTable, units: readonly string[]): Promise<string>
  /** SQL of the rows, in the order of unit and key, to stand after `from`. */
  chosen(
    table: PublishedTable,
    of: { units: readonly string[] } | { ids: readonly string[] },
  ): Promise<string>
}

/**
 * Units that were asked for, as two temporary tables: `<list>_units` (unit) and `<list>_ids` (id: those of the units that
 * are uuids). What is kept to be compared and what of it is then wanted are two lists, asked for in turn.
 */
type List = 'kept' | 'wanted'

/** @param connection to the catalog, which nobody changes; temporary tables are made in it */
export function wantedRowsOf(connection: DuckDBConnection): WantedRows {
  /** Tables of which some units were kept: their rows are few, and some of them are to be written next. */
  const kept = new Set<string>()
  const listed = new Map<List, string>()
  let ends: Map<string, number> | undefined

  async function want(list: List, units: readonly string[]): Promise<void> {
    const json = JSON.stringify(units)
    // Many tables in a row are asked for the same ones.
    if (listed.get(list) === json) return
    listed.delete(list)
    await connection.run(`create or replace temp table ${list}_units (unit varchar)`)
    await connection.run(`insert into ${list}_units select unnest(from_json($1, '["varchar"]'))`, [json])
    await connection.run(
      `create or replace temp table ${list}_ids as
       select try_cast(unit as uuid) as id from ${list}_units where try_cast(unit as uuid) is not null`,
    )
    listed.set(list, json)
  }

  async function keepUnits(table: PublishedTable, units: readonly string[]): Promise<string> {
    await want('kept', units)
    await connection.run(
      `create or replace temp table ${keptName(table)} as
       select * from ${rowsOfUnits(table, 'kept')} where ${isOfUnit(table, 'kept')}`,
    )
    kept.add(table.name)
    return keptName(table)
  }

  /** Where the rows of a table end, removed ones counted: the next row's number, as far as DuckDB knows without looking. */
  async function endOf({ name }: PublishedTable): Promise<number> {
    ends ??= new Map(
      (
        await connection.runAndReadAll(
          `select table_name, estimated_size::varchar from duckdb_tables()
           where database_name = current_database() and schema_name = 'marts'`,
        )
      )
        .getRowsJS()
        .map(([table, rows]) => [String(table), Number(rows)]),
    )
    return ends.get(name) ?? 0
  }

  /**
   * Makes a temporary table of the rows with these ids, at most one for each. @returns its name
   *
   * A build puts the rows it changes at the end of a table, where a few are found without unpacking the ids of all. What
   * is not there, as a row that an earlier one of several builds changed, is looked for everywhere.
   */
  async function keepIds(table: PublishedTable, column: string, ids: readonly string[]): Promise<string> {
    await want('wanted', ids)
    const id = quote(column)
    await connection.run(
      `create or replace temp table ${keptName(table)} as
       select * from ${martOf(table)}
       where rowid >= ${(await endOf(table)) - ids.length}
           and ${id} in (select wanted_ids.id from wanted_ids)`,
    )
    await connection.run(
      `create or replace temp table missing_ids as
       select id as ${id} from wanted_ids where id not in (select ${id} from ${keptName(table)})`,
    )
    const missing = await connection.runAndReadAll('select 1 from missing_ids limit 1')
    if (missing.currentRowCount > 0) {
      await connection.run(
        `insert into ${keptName(table)} by name ${rowsWhere(martOf(table), id, 'missing_ids')}`,
      )
    }
    return keptName(table)
  }

  return {
    keepUnits,

    async chosen(table, of) {
      const order = `order by ${[table.unit, ...table.key.map(quote)].join(', ')}`
      if ('ids' in of) return `${await keepIds(table, table.rows?.column ?? table.unit, of.ids)} ${order}`
      await want('wanted', of.units)
      // Buckets are no ids.
      const found = table.rows === undefined ? rowsOfUnits(table, 'wanted') : martOf(table)
      return `${kept.has(table.name) ? keptName(table) : found} where ${isOfUnit(table, 'wanted')} ${order}`
    },
  }
}

export const martOf = (table: PublishedTable): string => `marts.${quote(table.name)}`

const keptName = (table: PublishedTable): string => quote(`rows of ${table.name}`)

const isOfUnit = ({ unit }: PublishedTable, list: List): string =>
  `${unit} in (select ${list}_units.unit from ${list}_units)`

/** The rows with one of the ids on a list, which takes in all rows of its units. */
function rowsOfUnits(table: PublishedTable, list: List): string {
  const isNull = (columns: readonly string[]) => columns.map((column) => `${quote(column)} is null`)
  const found = table.ids.map((column, at) => {
    const rows = rowsWhere(martOf(table), column, `select id as ${column} from ${list}_ids`)
    return [rows, ...isNull(table.ids.slice(0, at))].join(at === 0 ? '' : ' where ')
  })
  if (table.ids.length > 1) {
    found.push(`select * from ${martOf(table)} where ${isNull(table.ids).join(' and ')}`)
  }
  return `(${found.join(' union all by name ')})`
}
