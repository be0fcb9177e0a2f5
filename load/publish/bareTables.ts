import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { publishedTables } from '../tables.ts'
import { attempt } from './attempt.ts'
import { nameOf } from './serverTable.ts'

/*
 * The first load, within its transaction:
 *
 *   empty ──lock──▶ bare ──copy──▶ filled ──indexes──▶ keyed ──references──▶ as it was, with rows
 *     │
 *     └─ somebody reads or has put rows in ─▶ not bare: rows are indexed and looked up one by one
 *
 * An index is built from sorted rows for a fraction of what growing it row by row costs, and references are validated by
 * one join instead of a look-up and a lock for each row. It needs the tables for ourselves until the commit: whoever
 * reads them meanwhile waits, and had nothing to read before. Tables with rows in them are never taken away from readers.
 */

/** Below this, indexes are made one by one faster than they are dropped and made again. */
const rowsMin = 10_000

/** Who reads just now is soon done, and who is not is not waited for: others would queue behind us. */
const lockAttempts = 5
const lockPauseMs = 100

/** SQL that makes the tables again what they were before they were bare, in its order. */
export interface Bare {
  indexes: Step[]
  references: Step[]
  /** Whether all of the tables have new files, so that rows copied into them can be frozen; see `startFiles`. */
  isNew: boolean
}

interface Step {
  /** The table it can be done after: of a reference, the later one of both. */
  table: string
  statement: string
}

/**
 * Takes keys, indexes and references off all published tables, if they have no rows and nobody uses them.
 * @param rows how many rows are to be written
 * @returns null where the tables were left as they are
 */
export async function makeBare(client: pg.Client, schema: string, rows: number): Promise<Bare | null> {
  if (rows < rowsMin || !(await areEmpty(client, schema)) || !(await areOurs(client, schema))) return null
  if ((await haveLastingChecks(client, schema)) || !(await lockAll(client, schema))) return null
  // Rows may have come before the lock did.
  if (!(await areEmpty(client, schema))) return null
  const references = await referencesOf(client, schema)
  for (const { drop } of references) await client.query(drop)
  const indexes = await indexesOf(client, schema)
  for (const { drop } of indexes) await client.query(drop)
  const isNew = await startFiles(client, schema)
  await client.query(
    `select set_config('maintenance_work_mem', '256MB', true)
     where pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB')`,
  )
  return { indexes, references, isNew }
}

/**
 * Builds what `makeBare` took away from a table, over the rows that are there now, and the references between it and
 * those before it. The tables come in the order of publishing.
 */
export async function dress(
  client: pg.Client,
  { indexes, references }: Bare,
  table: string,
  signal?: AbortSignal,
): Promise<void> {
  const ofTable = (step: Step) => step.table === table
  for (const { statement } of indexes.filter(ofTable)) {
    signal?.throwIfAborted()
    await attempt(`indexing ${table}`, () => client.query(statement))
  }
  for (const { statement } of references.filter(ofTable)) {
    signal?.throwIfAborted()
    await attempt('checking foreign keys', () => client.query(statement))
  }
}

/**
 * Gives the tables new files. Rows of files that a transaction made itself need not go through the server's log where
 * nobody else reads that (`wal_level = minimal`, as the embedded one has it): the files are made durable at the commit.
 * They can also be written as rows that everybody sees (frozen), as vacuum would otherwise make them: it would read and
 * write all of them once more soon after. A snapshot older than the commit sees such rows too, so all tables have them or
 * none.
 * @returns whether all tables have new files
 */
async function startFiles(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name
     where not exists (
         select from pg_constraint
         where contype = 'f' and confrelid = name::regclass and conrelid <> all($1::regclass[])
     )`,
    [names(schema)],
  )
  // Tables that somebody else's point to cannot be truncated.
  if (rows.length > 0) await client.query(`truncate ${rows.map(({ name }) => name).join(', ')}`)
  return rows.length === publishedTables.length
}

async function areEmpty(client: pg.Client, schema: string): Promise<boolean> {
  const filled = publishedTables.map(({ name }) => `exists (select from ${nameOf(schema, name)})`)
  const { rows } = await client.query<{ is_filled: boolean }>(`select ${filled.join(' or ')} as is_filled`)
  return rows[0]?.is_filled === false
}

/** Only an owner may change a table; who loads need not be. */
async function areOurs(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ are_ours: boolean }>(
    `select bool_and(pg_has_role(relowner, 'usage')) as are_ours from pg_class where oid = any($1::regclass[])`,
    [names(schema)],
  )
  return rows[0]?.are_ours === true
}

/** A foreign key that can be made again by a statement without losing anything: it has been checked, and no comment. */
const canGo = `(contype = 'f' and convalidated
  and not exists (select from pg_description where objoid = pg_constraint.oid))`

/**
 * Whether somebody's check of new rows would stay that waits until the end: as long as one waits, Postgres makes no index
 * over the table.
 */
async function haveLastingChecks(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_trigger
     left join pg_constraint on pg_constraint.oid = tgconstraint
     where tgrelid = any($1::regclass[]) and tginitdeferred and tgtype & 4 <> 0 and ${canGo} is not true
     limit 1`,
    [names(schema)],
  )
  return rows.length > 0
}

async function lockAll(client: pg.Client, schema: string): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    await client.query('savepoint before_lock')
    try {
      await client.query(`lock table ${names(schema).join(', ')} in access exclusive mode nowait`)
      await client.query('release savepoint before_lock')
      return true
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error
      await client.query('rollback to savepoint before_lock; release savepoint before_lock')
      if (tried === lockAttempts) return false
      await sleep(lockPauseMs)
    }
  }
}

/** Foreign keys of the published tables. Those of other tables that point to ours are not touched. */
async function referencesOf(client: pg.Client, schema: string): Promise<(Step & { drop: string })[]> {
  const { rows } = await client.query<Step & { drop: string }>(
    `select
         later.relname as table,
         format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
             as statement
     from pg_constraint
     join pg_class as later on later.oid = ($1::regclass[])[greatest(
         array_position($1::regclass[], conrelid::regclass), array_position($1::regclass[], confrelid::regclass)
     )]
     where conrelid = any($1::regclass[]) and ${canGo}
     order by conrelid::regclass::text, conname`,
    [names(schema)],
  )
  return rows
}

/**
 * Indexes that can be dropped and made again by a statement without losing anything: nothing depends on them (somebody's
 * view, or foreign key to one of our tables), and they have no comment, place or role of their own. The others stay, and
 * are filled row by row.
 */
async function indexesOf(client: pg.Client, schema: string): Promise<(Step & { drop: string })[]> {
  const { rows } = await client.query<Step & { drop: string }>(
    `select
         pg_class.relname as table,
         case when pg_constraint.oid is null then format('drop index %s', indexrelid::regclass)
             else format('alter table %s drop constraint %I', indrelid::regclass, conname) end as drop,
         case when pg_constraint.oid is null then pg_get_indexdef(indexrelid)
             else format('alter table %s add constraint %I %s', indrelid::regclass, conname,
                 pg_get_constraintdef(pg_constraint.oid)) end as statement
     from pg_index
     join pg_class on pg_class.oid = indrelid
     join pg_class as index on index.oid = indexrelid
     left join pg_constraint on conindid = indexrelid and conrelid = indrelid and contype in ('p', 'u')
     where indrelid = any($1::regclass[])
       and indisvalid and not indisreplident and not indisclustered and not indisexclusion
       and index.reltablespace = 0
       and not exists (
           select from pg_description where objoid in (indexrelid, pg_constraint.oid)
       )
       and not exists (
           select from pg_depend where refobjid in (indexrelid, pg_constraint.oid) and deptype = 'n'
       )
     order by array_position($1::regclass[], indrelid::regclass), pg_constraint.oid is null, index.relname`,
    [names(schema)],
  )
  return rows
}

const names = (schema: string): string[] => publishedTables.map(({ name }) => nameOf(schema, name))
