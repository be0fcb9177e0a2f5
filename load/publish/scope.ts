import type { Change } from './compare.ts'

/** A condition on the rows of one table, in Postgres' SQL, with the values it speaks of. */
export interface Scope {
  condition: string
  values: unknown[]
}

/** The rows that are there and that a change is about; null where there are none. */
export function scopeOf({ table, stale, ids }: Change): Scope | null {
  if (ids !== undefined) {
    const all = [...ids.changed, ...ids.gone]
    return all.length === 0 ? null : { condition: `${table.rows?.column} = any($1::uuid[])`, values: [all] }
  }
  if (stale === 'all') return { condition: 'true', values: [] }
  if (stale.length === 0) return null
  const isStale = `${table.unit} in (select unnest($1::varchar[]))`
  if (table.rows !== undefined) return { condition: isStale, values: [stale] }
  const unitIds = stale.filter((unit) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(unit))
  const isCandidate = [
    ...table.ids.map((column) => `${column} = any($2::uuid[])`),
    ...(table.ids.length > 1 ? [table.ids.map((column) => `${column} is null`).join(' and ')] : []),
  ].join(' or ')
  return { condition: `(${isCandidate}) and ${isStale}`, values: [stale, unitIds] }
}
