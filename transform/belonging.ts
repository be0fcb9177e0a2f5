import type { DuckDBConnection } from '@duckdb/node-api'
import { Doubt } from './doubt.ts'
import { instanceIds, isAccountWide, isUnassigned, unitsAs, webinarIds } from './units.ts'

/*
 * Which rows of a kept table belong to which webinars: its columns tell, so that a new model needs nothing here as long
 * as its rows say which webinar or instance they are about.
 */

export interface UnitRule {
  kind: 'unit'
  /** Of a row: whether it belongs to what was touched. */
  isTouched: string
  /** The same for a long table, in parts that only need to look at the column they are about. */
  among: { column: string; wanted: string }
  isToo: readonly string[]
}

const inUnits = 'in (select touched_units.unit from touched_units)'
export const inWebinars = 'in (select touched_webinars.id from touched_webinars)'
const inInstances = 'in (select touched_instances.id from touched_instances)'

/** Types of the catalog's columns, by the name of the table and the column's. */
export async function columnTypes(connection: DuckDBConnection): Promise<Map<string, Map<string, string>>> {
  const reader = await connection.runAndReadAll(
    `select concat(schema_name, '.', table_name), column_name, data_type
     from duckdb_columns() where database_name = 'rollcall'`,
  )
  const types = new Map<string, Map<string, string>>()
  for (const [table, column, type] of reader.getRowsJson() as [string, string, string][]) {
    const own = types.get(table) ?? new Map()
    types.set(table, own.set(column, type))
  }
  return types
}

/** @throws Doubt where a table's columns do not say what its rows belong to */
export function ruleOf(name: string, types: ReadonlyMap<string, string>): UnitRule {
  const all = accountRowsOf(types)
  // Lists that stay what they are, see liveReadings.ts, are not built: their captures are told by their subject.
  const isBuilt = ['capture_id', 'stream', 'subject'].every((name) => types.has(name))
    ? ` and (stream <> 'instances' or subject in (select live_lists.subject from live_lists))`
    : ''
  const account = all === null ? null : `(${all}${isBuilt})`
  const rule = (column: string, wanted: string, isOfUnit: string, isToo: string[]): UnitRule => ({
    kind: 'unit',
    isTouched: account === null ? isOfUnit : `(${isOfUnit} or ${account})`,
    among: { column, wanted },
    isToo: account === null ? isToo : [...isToo, account],
  })
  if (types.get('zoom_webinar_id') === 'BIGINT') {
    const isOfUnit = `coalesce(zoom_webinar_id, 0) ${inUnits}`
    return rule('zoom_webinar_id', unitsAs('zoom_webinar_id'), isOfUnit, [
      `zoom_webinar_id is null and ${isUnassigned}`,
    ])
  }
  if (types.get('webinar_id') === 'UUID' && types.get('instance_id') === 'UUID') {
    // By the instance, which is what the long ones of these tables are sorted by.
    const isOfUnit = `webinar_id ${inWebinars}`
    return rule('instance_id', instanceIds, isOfUnit, [`instance_id is null and ${isOfUnit}`])
  }
  if (types.get('webinar_id') === 'UUID') {
    return rule('webinar_id', webinarIds, `webinar_id ${inWebinars}`, [])
  }
  if (types.get('webinar_id') === 'BIGINT') {
    const isOfUnit = `coalesce(webinar_id, 0) ${inUnits}`
    return rule('webinar_id', unitsAs('webinar_id'), isOfUnit, [`webinar_id is null and ${isUnassigned}`])
  }
  if (types.get('instance_id') === 'UUID') {
    return rule('instance_id', instanceIds, `instance_id ${inInstances}`, [])
  }
  throw new Doubt(`the columns of ${name} do not say which webinar a row belongs to`)
}

/**
 * Of a row of a table with such columns: whether it is about the account and no webinar. Whatever webinars are built,
 * all of these rows come with them. Null where a table has none.
 */
export function accountRowsOf(types: ReadonlyMap<string, string>): string | null {
  if (types.get('zoom_webinar_id') === 'BIGINT') return null
  if (types.get('webinar_id') === 'UUID') return '(webinar_id is null)'
  const isAboutEither = types.get('webinar_id') === 'BIGINT' && types.has('instance_uuid')
  return isAboutEither ? isAccountWide : null
}
