import type pg from 'pg'
import { quote } from '../copyRow.ts'
import type { Change } from './compare.ts'
import { copyIn } from './copyIn.ts'
import type { Publication } from './publication.ts'
import type { RowFiles } from './rowFiles.ts'
import type { Scope } from './scope.ts'
import { assertCount, nameOf } from './serverTable.ts'

/** What merging did to a table. */
export interface Merged {
  /** Rows the catalog gave. */
  came: number
  /** Rows that were within the scope before. */
  found: number
  deleted: number
  updated: number
  inserted: number
}

/** Temporary and of one table at a time, so it meets nobody else's. */
const incoming = 'pg_temp.rollcall_incoming'

/** From here on the planner has to know what the rows are like. */
const analyzeRowsMin = 10_000

/**
 * Makes the rows within `scope` those of the catalog, writing only what differs: of the rows of an instance or person that
 * has changed most have not. Rows that stay cost neither index entries nor checks of references, and an update of one
 * does not look up again who points to it.
 */
export async function merge(
  client: pg.Client,
  { schema, signal }: Publication,
  rowFiles: RowFiles,
  scope: Scope,
): Promise<Merged> {
  const { change, files } = rowFiles
  const { table, columns } = change
  const target = nameOf(schema, table.name)
  const renamed = columns.map(({ name }) => `${quote(name)} as ${comingName(name)}`)
  await client.query(
    `create temporary table rollcall_incoming on commit drop as select ${renamed.join(', ')} from ${target} with no data`,
  )
  const came = files.length === 0 ? 0 : await copyIn(client, incoming, rowFiles, signal)
  if (came >= analyzeRowsMin) await client.query(`analyze ${incoming}`)
  const { rows } = await client.query<Record<'found' | 'deleted' | 'updated' | 'inserted', string>>(
    statement(change, target, scope),
    scope.values,
  )
  await client.query(`drop table ${incoming}`)
  const { found, deleted, updated, inserted } = rows[0] ?? { found: 0, deleted: 0, updated: 0, inserted: 0 }
  const merged = {
    came,
    found: Number(found),
    deleted: Number(deleted),
    updated: Number(updated),
    inserted: Number(inserted),
  }
  // Every row that came has met one within the scope, or is new.
  assertCount(table.name, 'rows to be kept', merged.found - merged.deleted, came - merged.inserted)
  return merged
}

/** Columns of the incoming rows have names of their own, so that a scope's always mean the table's. */
const comingName = (name: string): string => quote(`incoming_${name}`)

/**
 * One statement, so all its parts see the table as it was before. Every part looks at the table within the scope only,
 * which an index answers, however much else is in it.
 */
function statement({ columns, key }: Change, target: string, { condition }: Scope): string {
  const names = columns.map(({ name }) => quote(name)).join(', ')
  const coming = columns.map(({ name }) => comingName(name)).join(', ')
  const isSame = key.map((name) => `${quote(name)} = ${comingName(name)}`).join(' and ')
  return `
    with
    deleted as (
        delete from ${target}
        where ${condition} and not exists (select from ${incoming} where ${isSame})
        returning 1
    ),
    updated as (
        update ${target} as present_row
        set (${names}) = row(${coming})
        from ${incoming} as coming_row
        where ${isSame} and ${condition} and present_row *<> coming_row
        returning 1
    ),
    inserted as (
        insert into ${target} (${names})
        select ${coming} from ${incoming}
        where not exists (select from ${target} where ${isSame} and ${condition})
        returning 1
    )
    select
        (select count(*) from ${target} where ${condition}) as found,
        (select count(*) from deleted) as deleted,
        (select count(*) from updated) as updated,
        (select count(*) from inserted) as inserted`
}
