import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { uuid } from './catalog.ts'
import { loadMarts, smallAccount } from './loading.ts'

/** Enough persons and registrations, with references between them, for the tables to be filled bare. */
const crowd = [
  `insert into marts.zoom_people by name
   select md5('p' || i)::uuid as id, 'acc' as account_id, 'person' || i || '@example.com' as primary_email,
       0 as instances_attended, 0 as webinars_attended, 0 as total_duration
   from range(12000) as numbers (i)`,
  `insert into marts.zoom_registrants by name
   select md5('r' || i)::uuid as id, 'acc' as account_id, '${uuid('web-a')}'::uuid as webinar_id,
       md5('p' || i)::uuid as person_id, 'approved' as status, false as has_attended, 0 as instances_attended
   from range(12000) as numbers (i)`,
]

/** All that is said about the tables, but for the numbers the server gives them. */
const schemaOf = async (url: string) =>
  await query(
    url,
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition,
         condeferrable, condeferred, convalidated
     from pg_constraint where connamespace = 'public'::regnamespace
     union all
     select tablename, indexname, indexdef, null, null, null from pg_indexes where schemaname = 'public'
     union all
     select attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, null, null
     from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
     order by 1, 2, 3`,
  )

/** A number that an index has until it is made again. */
async function indexNumber(url: string, index: string): Promise<unknown> {
  const [found] = await query(url, 'select to_regclass($1)::oid::int as oid', [index])
  return found?.oid
}

/** The file that the rows of a table are in. */
async function fileOf(url: string, table: string): Promise<unknown> {
  const [found] = await query(url, 'select pg_relation_filenode($1)::int as file', [table])
  return found?.file
}

/** Which share of a table's pages vacuum would pass over, since everybody sees all of their rows. */
async function shareSeenByAll(url: string, table: string): Promise<number> {
  const [found] = await query(
    url,
    `select relallvisible::float / relpages as share from pg_class where oid = to_regclass($1)`,
    [table],
  )
  return Number(found?.share)
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

describe('the first load of many rows', () => {
  it('makes keys, indexes and references anew, as they were, and the rows as row by row', async () => {
    const [{ url }, { url: plain }] = await Promise.all([createTestDatabase(), createTestDatabase()])
    const before = await schemaOf(url)
    const index = await indexNumber(url, 'zoom_registrants_email_idx')
    const file = await fileOf(url, 'zoom_registrants')
    await loadMarts(url, smallAccount(), { prepare: crowd })
    expect(await indexNumber(url, 'zoom_registrants_email_idx')).not.toBe(index)
    expect(await fileOf(url, 'zoom_registrants')).not.toBe(file)
    expect(await schemaOf(url)).toEqual(before)

    // Little is left for vacuum to do: the pages between two lots of rows.
    expect(await shareSeenByAll(url, 'zoom_people')).toBeGreaterThan(0.6)

    // Somebody who looks at a table keeps it from being taken away.
    const reader = await connected(plain)
    await reader.query('begin')
    await reader.query('select count(*) from zoom_people')
    const kept = await indexNumber(plain, 'zoom_registrants_email_idx')
    await loadMarts(plain, smallAccount(), { prepare: crowd })
    expect((await reader.query('select count(*)::int from zoom_people')).rows).toEqual([{ count: 12_003 }])
    await reader.end()
    expect(await indexNumber(plain, 'zoom_registrants_email_idx')).toBe(kept)
    expect(await shareSeenByAll(plain, 'zoom_people')).toBe(0)
    expect(await contentHash(url)).toBe(await contentHash(plain))
    const units = 'select * from rollcall_units order by 1, 2'
    expect(await query(url, units)).toEqual(await query(plain, units))

    const again = await loadMarts(url, smallAccount(), { prepare: crowd })
    expect(again).toMatchObject({ unitsChanged: 0, rowsWritten: 0, rowsDeleted: 0 })
  })

  it('writes everything again where somebody has emptied the tables', async () => {
    const { url } = await createTestDatabase()
    await loadMarts(url, smallAccount(), { prepare: crowd })
    const before = await contentHash(url)
    await query(url, 'truncate zoom_people, zoom_webinars cascade')
    await loadMarts(url, smallAccount(), { prepare: crowd })
    expect(await contentHash(url)).toBe(before)
    // Of the tables that were filled rows are merged, which leaves some for vacuum: all have them then.
    expect(await shareSeenByAll(url, 'zoom_people')).toBe(0)
    expect(await shareSeenByAll(url, 'zoom_registrants')).toBe(0)
  })

  it('leaves empty tables with all their keys where a reference leads nowhere or an id comes twice', async () => {
    const { url } = await createTestDatabase()
    const before = await schemaOf(url)
    const nobody = `update marts.zoom_registrants set person_id = '${uuid('nobody')}'::uuid where id = md5('r7')::uuid`
    await expect(loadMarts(url, smallAccount(), { prepare: [...crowd, nobody] })).rejects.toThrow(
      /checking foreign keys.*zoom_registrants_person_id_fkey.*as it was before/s,
    )
    const twice = `insert into marts.zoom_registrants select * from marts.zoom_registrants where id = md5('r7')::uuid`
    await expect(loadMarts(url, smallAccount(), { prepare: [...crowd, twice] })).rejects.toThrow(
      /indexing zoom_registrants.*zoom_registrants_pkey.*as it was before/s,
    )
    expect(await schemaOf(url)).toEqual(before)
    expect(await query(url, 'select count(*)::int from zoom_people')).toEqual([{ count: 0 }])
  })

  it('keeps what others have built upon the tables', async () => {
    const { url } = await createTestDatabase()
    await query(
      url,
      `create table notes (person_id uuid references zoom_people, note text);
       create view hosts as select id, topic, start_time, count(*) as n from zoom_webinars group by id;
       create index registrants_by_country on zoom_registrants (lower(country)) where country is not null;
       create index registrants_by_title on zoom_registrants (job_title);
       comment on index registrants_by_title is 'Ours.'`,
    )
    const before = await schemaOf(url)
    const file = await fileOf(url, 'zoom_people')
    await loadMarts(url, smallAccount(), { prepare: crowd })
    expect(await schemaOf(url)).toEqual(before)
    expect(await fileOf(url, 'zoom_people')).toBe(file)
    // What a snapshot older than the load sees of the tables is all or nothing.
    expect(await shareSeenByAll(url, 'zoom_people')).toBe(0)
    expect(await shareSeenByAll(url, 'zoom_registrants')).toBe(0)
    expect(
      await query(url, `select obj_description('registrants_by_title'::regclass, 'pg_class') as comment`),
    ).toEqual([{ comment: 'Ours.' }])
    expect(await query(url, 'select count(*)::int from hosts')).toEqual([{ count: 2 }])
  })

  it('is done row by row where a reference has more to it than its definition', async () => {
    const { url } = await createTestDatabase()
    await query(url, `comment on constraint zoom_registrants_person_id_fkey on zoom_registrants is 'Ours.'`)
    const index = await indexNumber(url, 'zoom_registrants_email_idx')
    await loadMarts(url, smallAccount(), { prepare: crowd })
    expect(await indexNumber(url, 'zoom_registrants_email_idx')).toBe(index)
    expect(await query(url, 'select count(*)::int from zoom_registrants')).toEqual([{ count: 12_003 }])
  })

  it('is done row by row by somebody who may write to the tables but does not own them', async () => {
    const { url } = await createTestDatabase()
    const role = `loader_${new URL(url).pathname.slice(1)}`
    const owner = await connected(url)
    try {
      await owner.query(`create role ${role} login password 'secret-1'`)
      await owner.query(`grant all on schema public to ${role}; grant all on all tables in schema public to ${role};
        grant all on all sequences in schema public to ${role}`)
      const index = await indexNumber(url, 'zoom_registrants_email_idx')
      const theirs = new URL(url)
      theirs.username = role
      theirs.password = 'secret-1'
      await loadMarts(theirs.href, smallAccount(), { prepare: crowd })
      expect(await indexNumber(url, 'zoom_registrants_email_idx')).toBe(index)
    } finally {
      await owner.query(`drop owned by ${role}; drop role ${role}`)
      await owner.end()
    }
  })
})
