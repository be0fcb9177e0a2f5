import { type Database, openDatabase } from './database.ts'
import { classify } from './personalColumns.ts'

/** A table or view of the warehouse, as its own catalog describes it. */
export interface Relation {
  name: string
  kind: 'table' | 'view'
  comment: string
  columns: DictionaryColumn[]
  /** Columns of the primary key, in order; empty for views. */
  key: string[]
}

export interface DictionaryColumn {
  name: string
  /** As Postgres writes it, `timestamp with time zone` shortened to `timestamptz`. */
  type: string
  isNullable: boolean
  comment: string
  /** Table whose row it names. */
  references: string | null
  /** Withheld from readers without `--with-personal-data`. */
  isPersonal: boolean
}

interface Row {
  relation: string
  kind: string
  meaning: string | null
  name: string
  type: string
  bare_type: string
  is_nullable: boolean
  comment: string | null
  references: string | null
  key_position: number | null
}

/** Reads the dictionary of a migrated schema, by name; columns in their order. @throws WarehouseError as `openDatabase` */
export async function readDictionary(url: string, schema = 'public'): Promise<Relation[]> {
  const database = await openDatabase(url, schema)
  try {
    const rows = await readColumns(database)
    return [...Map.groupBy(rows, (row) => row.relation)].map(([name, columns]) => ({
      name,
      kind: columns[0]?.kind === 'v' ? 'view' : 'table',
      comment: columns[0]?.meaning ?? '',
      columns: columns.map((column) => ({
        name: column.name,
        type: column.type.replace('timestamp with time zone', 'timestamptz'),
        isNullable: column.is_nullable,
        comment: column.comment ?? '',
        references: column.references,
        isPersonal: classify({ relation: name, name: column.name, type: column.bare_type }) !== 'open',
      })),
      key: columns
        .filter((column) => column.key_position !== null)
        .sort((a, b) => (a.key_position as number) - (b.key_position as number))
        .map((column) => column.name),
    }))
  } finally {
    await database.close()
  }
}

async function readColumns({ pool, schema }: Database): Promise<Row[]> {
  const { rows } = await pool.query<Row>(
    `select relname as relation, relkind as kind, obj_description(pg_class.oid, 'pg_class') as meaning,
       attname as name, format_type(atttypid, atttypmod) as type, typname as bare_type,
       relkind = 'r' and not attnotnull as is_nullable, col_description(pg_class.oid, attnum) as comment,
       (select confrelid::regclass::text from pg_constraint
        where conrelid = pg_class.oid and contype = 'f' and conkey = array[attnum]) as references,
       (select array_position(conkey, attnum) from pg_constraint
        where conrelid = pg_class.oid and contype = 'p') as key_position
     from pg_class
     join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     join pg_type on pg_type.oid = atttypid
     where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'v')
     order by relname, attnum`,
    [schema],
  )
  return rows
}
