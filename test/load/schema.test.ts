import { beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'

/*
 * What BI tools find out by themselves: types, keys and comments. Every rule here is about all tables and views, so
 * that a new column keeps it too.
 */

interface Column {
  relation: string
  kind: 'r' | 'v'
  name: string
  type: string
  comment: string | null
}

let url: string
let columns: Column[]

beforeAll(async () => {
  url = (await createTestDatabase()).url
  columns = await query<Column>(
    url,
    `select relname as relation, relkind as kind, attname as name, format_type(atttypid, atttypmod) as type,
       col_description(pg_class.oid, attnum) as comment
     from pg_class
     join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
       -- The migrator's own two tables are its own affair.
       and relname not like 'rollcall\\_migration%'
     order by relname, attnum`,
  )
})

const named = (found: Column[]) => found.map(({ relation, name }) => `${relation}.${name}`)

describe('types', () => {
  it('are those every tool has a word for', () => {
    const known =
      /^(uuid|text|boolean|integer|bigint|jsonb|date|timestamp with time zone|numeric\(\d+,\d+\))$/
    // A bare `timestamp` has no zone; `numeric` without precision overflows .NET's decimal in Power BI.
    expect(
      columns.filter(({ type }) => !known.test(type)).map((c) => `${c.relation}.${c.name} ${c.type}`),
    ).toEqual([])
  })

  it('are bigint only where an integer could be too small', () => {
    const mayGrow = new Set([
      // Ten and eleven digits.
      'zoom_webinar_id',
      // Seconds over many people: 2^31 are 596,523 hours.
      'total_duration',
      'connected_duration',
      // Rows over a whole account.
      'rows_captured',
      'expected',
      'captured',
      'promised',
    ])
    // Many tools and JavaScript read bigint as text, and sum() makes bigint of integer: views cast it back.
    // What rollcall keeps for itself is read by no tool.
    const forReaders = columns.filter(({ relation }) => !/^rollcall_(?!runs)/.test(relation))
    expect(named(forReaders.filter(({ type, name }) => type === 'bigint' && !mayGrow.has(name)))).toEqual([])
  })
})

describe('rates', () => {
  it('are percent with two decimals, and shares are fractions of 1', () => {
    const wrong = columns.filter(
      ({ name, type }) =>
        (/(_rate|_percent|_percentile)$/.test(name) && type !== 'numeric(5,2)') ||
        (/_share$/.test(name) && type !== 'numeric(5,4)'),
    )
    expect(named(wrong)).toEqual([])
  })
})

describe('names', () => {
  it('tell their kind', () => {
    const at = columns.filter(({ type, name }) => {
      const isTime = type === 'timestamp with time zone' || type === 'date'
      const soundsLikeTime = /(_at|_time|_sync|_start|(^|_)(minute|day|week|month|quarter))$/.test(name)
      return isTime !== soundsLikeTime
    })
    expect(named(at)).toEqual([])
    const flags = columns.filter(
      ({ type, name }) =>
        (type === 'boolean' && !/^(is|has|was|came|with)_/.test(name)) ||
        (type !== 'boolean' && /^(is|has|was)_/.test(name)),
    )
    expect(named(flags)).toEqual([])
  })

  it('are written without quotes, and are no words of SQL that tools must quote', async () => {
    // `left` is promised by the contract of the timeline.
    const reserved = await query<{ word: string }>(
      url,
      `select word from pg_get_keywords() where catcode = 'R'`,
    )
    const words = new Set(reserved.map(({ word }) => word))
    expect(named(columns.filter(({ name }) => words.has(name) || !/^[a-z][a-z0-9_]*$/.test(name)))).toEqual(
      [],
    )
  })
})

describe('keys', () => {
  it('lead from every uuid that names another row to that row', async () => {
    const foreign = await query<{ relation: string; name: string }>(
      url,
      `select conrelid::regclass::text as relation, attname as name from pg_constraint
       join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f'`,
    )
    const known = new Set(named(foreign as Column[]))
    const free = columns.filter(
      ({ relation, kind, type, name }) =>
        kind === 'r' && type === 'uuid' && name.endsWith('_id') && !known.has(`${relation}.${name}`),
    )
    // An alias stands for a person that is no row any more.
    expect(named(free)).toEqual(['zoom_person_aliases.alias_id'])
  })

  it('are there for every table', async () => {
    const keyless = await query(
      url,
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
         and not exists (select from pg_constraint where conrelid = pg_class.oid and contype = 'p')`,
    )
    expect(keyless).toEqual([])
  })

  it('of Zoom are text, or a webinar number, and say that they are of Zoom', () => {
    const ours = new Set(['account_id', 'webinar_id', 'id'])
    const theirs = columns.filter(
      ({ type, name }) => name.endsWith('_id') && type !== 'uuid' && !ours.has(name),
    )
    expect(theirs.filter(({ comment }) => !/Zoom/.test(comment ?? '')).map(({ name }) => name)).toEqual([])
  })
})

describe('comments', () => {
  it('are there for every column, as sentences', () => {
    expect(named(columns.filter(({ comment }) => !/^.{4,}\.$/s.test(comment ?? '')))).toEqual([])
  })

  it('state the grain of every table and view', async () => {
    const grains = await query<{ name: string; comment: string }>(
      url,
      `select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
         and relname <> 'rollcall_migration_lock'`,
    )
    expect(
      grains.filter(({ comment }) => !/^One row( per |:) ?.+/.test(comment ?? '')).map(({ name }) => name),
    ).toEqual([])
  })

  it('name the unit of every duration', () => {
    const durations = columns.filter(({ name }) => /duration|_(seconds|minutes|hours)$/.test(name))
    expect(durations.length).toBeGreaterThan(10)
    const silent = durations.filter(({ name, comment }) => !/second|minute|hour/i.test(`${name} ${comment}`))
    expect(named(silent)).toEqual([])
  })
})
