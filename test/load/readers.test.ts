import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { migrate } from '../../load/migrate.ts'
import { classifiedColumns, classify, type WarehouseColumn } from '../../load/personalColumns.ts'
import { type GrantOptions, type GrantSummary, grantReader, revokeReader } from '../../load/readers.ts'
import { readViews } from '../../load/views.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { createSmallWarehouse } from './loading.ts'

let url: string
/** Roles belong to the whole server: every test has its own, and none is left behind. */
const roles: string[] = []

beforeAll(async () => {
  url = await createSmallWarehouse()
})

afterAll(async () => {
  for (const role of roles) {
    const name = pg.escapeIdentifier(role)
    await query(url, `drop owned by ${name}`).catch(() => undefined)
    await query(inject('postgresUrl'), `drop owned by ${name}`).catch(() => undefined)
    await query(url, `drop role if exists ${name}`)
  }
})

function newRole(prefix = 'reader'): string {
  const role = `${prefix}_${randomBytes(4).toString('hex')}`
  roles.push(role)
  return role
}

async function grant(options: Partial<GrantOptions> = {}): Promise<GrantSummary & { as: string }> {
  const role = options.role ?? newRole()
  const summary = await grantReader(url, { role, withPersonalData: false, ...options })
  return { ...summary, as: asReader(role, summary.password ?? options.password ?? '') }
}

function asReader(role: string, password: string): string {
  const address = new URL(url)
  address.username = encodeURIComponent(role)
  address.password = encodeURIComponent(password)
  return address.href
}

const columnsOfWarehouse = `
  select relname as relation, attname as name, typname as type
  from pg_class
  join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
  join pg_type on pg_type.oid = atttypid
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
    and relname not in ('rollcall_units', 'rollcall_publication', 'rollcall_foreign_writes', 'rollcall_views',
      'rollcall_readers', 'rollcall_migrations', 'rollcall_migration_lock')
  order by relname, attnum`

describe('personal columns', () => {
  it('are told from the others for every column that can hold text', async () => {
    const columns = await query<WarehouseColumn>(url, columnsOfWarehouse)
    expect(columns.length).toBeGreaterThan(150)
    const undecided = columns.filter((column) => classify(column) === 'unknown')
    expect(undecided.map(({ relation, name }) => `${relation}.${name}`)).toEqual([])
  })

  it('are listed without entries that no column has', async () => {
    const columns = await query<WarehouseColumn>(url, columnsOfWarehouse)
    const names = new Set(columns.flatMap(({ relation, name }) => [name, `${relation}.${name}`]))
    expect(classifiedColumns.filter((entry) => !names.has(entry))).toEqual([])
  })

  it('are withheld where nobody has decided', () => {
    expect(classify({ relation: 'zoom_people', name: 'nickname', type: 'text' })).toBe('unknown')
    expect(classify({ relation: 'zoom_people', name: 'nickname', type: 'int4' })).toBe('open')
  })
})

describe('a reader without personal data', () => {
  it('reads every column that is not personal, and none that is', async () => {
    const { as, withheld } = await grant()
    const columns = await query<WarehouseColumn>(url, columnsOfWarehouse)
    const client = new pg.Client({ connectionString: as })
    await client.connect()
    try {
      for (const column of columns) {
        const { relation, name } = column
        const answer = client.query(`select "${name}" from "${relation}"`)
        if (classify(column) === 'open') await expect(answer, `${relation}.${name}`).resolves.toBeDefined()
        else await expect(answer, `${relation}.${name}`).rejects.toThrow(/permission denied/)
      }
    } finally {
      await client.end()
    }
    const personal = columns.filter((column) => classify(column) !== 'open')
    expect(withheld).toEqual(personal.map(({ relation, name }) => `${relation}.${name}`))
    expect(withheld).toContain('zoom_participants.participant_email')
    expect(withheld).toContain('zoom_registrants.first_name')
  })

  it('finds no name by another way: whole rows, conditions, statistics, bookkeeping', async () => {
    const { as } = await grant()
    await query(url, 'analyze zoom_participants')
    for (const sql of [
      'select * from zoom_participants',
      'select p from zoom_participants p',
      'select to_jsonb(p) from zoom_participants p',
      `select id from zoom_participants where participant_email like 'a%'`,
      'select id from zoom_participants order by participant_name',
      'select * from rollcall_units',
      'select * from rollcall_readers',
      'select * from rollcall_views',
      'copy zoom_participants to stdout',
      'select rolpassword from pg_authid',
    ]) {
      await expect(query(as, sql), sql).rejects.toThrow(/permission denied/)
    }
    const seen = await query(as, `select attname from pg_stats where tablename = 'zoom_participants'`)
    const names = seen.map((row) => row.attname)
    expect(names).toContain('total_duration')
    expect(names).not.toContain('participant_email')
    expect(names).not.toContain('participant_name')
  })

  it('counts, joins and averages as analyses do', async () => {
    const { as } = await grant()
    const [row] = await query(
      as,
      `select count(*)::int as participants, count(distinct p.person_id)::int as persons
       from zoom_participants p
       join zoom_webinar_instances i on i.id = p.instance_id
       join webinar_attendance_analytics w on w.id = i.webinar_id`,
    )
    expect(row).toEqual({ participants: 4, persons: 3 })
  })

  it('reads the views of analyses whole, and those that name people by column only', async () => {
    const { as, withheld } = await grant()
    const views = (await readViews()).map(({ name }) => name)
    const refused: string[] = []
    for (const view of views) {
      await query(as, `select * from ${view}`).catch(() => refused.push(view))
    }
    expect(refused).toEqual(['people_engagement_ranking', 'registrant_no_shows', 'repeat_attendance'])
    expect(withheld.filter((column) => views.includes(column.split('.')[0] ?? ''))).not.toEqual([])
    const rows = await query(
      as,
      'SELECT * FROM webinar_attendance_analytics ORDER BY actual_participant_count DESC;',
    )
    expect(rows.map((row) => row.actual_participant_count)).toEqual([3, 1])
  })

  it('changes nothing, also when it asks for a transaction that may write', async () => {
    const { as } = await grant()
    for (const sql of [
      `update zoom_participants set role = 'host'`,
      'delete from zoom_participants',
      'truncate zoom_participants',
      'create table mine (id int)',
      'drop view webinar_attendance_analytics',
      `create or replace view webinar_attendance_analytics as select 1`,
    ]) {
      await expect(query(as, sql), sql).rejects.toThrow(
        /read-only transaction|permission denied|must be owner/,
      )
      await expect(query(as, `begin read write; ${sql}; commit`), sql).rejects.toThrow(
        /permission denied|must be owner/,
      )
    }
  })

  it('sees only the columns it may read where tools look them up', async () => {
    const { as } = await grant()
    const columns = await query(
      as,
      `select column_name as name from information_schema.columns where table_name = 'zoom_people'`,
    )
    expect(columns.map((column) => column.name)).toContain('instances_attended')
    expect(columns.map((column) => column.name)).not.toContain('primary_email')
  })
})

it('What docs/bi.md shows of a grant is what a grant says today', async () => {
  const { relations, withheld } = await grant()
  const guide = await readFile(path.join(import.meta.dirname, '../../docs/bi.md'), 'utf8')
  expect(/reads \d+ tables and views/.exec(guide)?.[0]).toBe(`reads ${relations} tables and views`)
  expect(/Withheld: \d+ columns/.exec(guide)?.[0]).toBe(`Withheld: ${withheld.length} columns`)
})

describe('a reader with personal data', () => {
  it('reads everything and still changes nothing', async () => {
    const { as, withheld } = await grant({ withPersonalData: true })
    expect(withheld).toEqual([])
    const rows = await query(as, 'select * from zoom_participants')
    expect(rows.map((row) => row.participant_email)).toContain('ann@example.com')
    await expect(query(as, 'begin read write; delete from zoom_people')).rejects.toThrow(/permission denied/)
  })

  it('loses it again when it is granted without', async () => {
    const { as, role } = await grant({ withPersonalData: true })
    const again = await grantReader(url, { role, withPersonalData: false })
    expect(again).toMatchObject({ isNew: false, password: null })
    await expect(query(as, 'select email from zoom_registrants')).rejects.toThrow(/permission denied/)
    expect(await query(as, 'select id from zoom_registrants')).not.toEqual([])
  })
})

describe('grants', () => {
  it('outlive views that are created anew, and cover columns that appear later', async () => {
    const { as } = await grant()
    await query(url, 'alter table zoom_people add column nickname text, add column shoe_size integer')
    await query(
      url,
      `update rollcall_views set text_hash = 'older' where view_name = 'webinar_attendance_analytics'`,
    )
    try {
      expect((await migrate(url)).views).toEqual(['webinar_attendance_analytics'])
      expect(await query(as, 'select topic from webinar_attendance_analytics')).not.toEqual([])
      expect(await query(as, 'select shoe_size from zoom_people')).not.toEqual([])
      await expect(query(as, 'select nickname from zoom_people')).rejects.toThrow(/permission denied/)
      await expect(query(as, 'select host_email from zoom_webinars')).rejects.toThrow(/permission denied/)
    } finally {
      await query(url, 'alter table zoom_people drop column nickname, drop column shoe_size')
    }
  })

  it('are taken back where a table was granted whole meanwhile', async () => {
    const { as, role } = await grant()
    await query(url, `grant select, insert on zoom_people to ${pg.escapeIdentifier(role)}`)
    await migrate(url)
    await expect(query(as, 'select display_name from zoom_people')).rejects.toThrow(/permission denied/)
    await expect(query(as, 'begin read write; insert into zoom_people default values')).rejects.toThrow(
      /permission denied/,
    )
  })

  it('are forgotten with a role that somebody dropped', async () => {
    const { role } = await grant()
    await query(url, `drop owned by ${pg.escapeIdentifier(role)}`)
    await query(url, `drop role ${pg.escapeIdentifier(role)}`)
    await expect(migrate(url)).resolves.toBeDefined()
    await expect(revokeReader(url, role)).resolves.toMatchObject({ isDropped: true })
  })

  it('end with revoke, and the role with them', async () => {
    const { as, role } = await grant()
    expect(await revokeReader(url, role)).toEqual({ role, isDropped: true })
    await expect(query(as, 'select 1')).rejects.toThrow(/authentication failed|does not exist/)
    await expect(revokeReader(url, role)).rejects.toThrow(/No reader .* was granted/)
  })

  it('leave a role that somebody else made, with its password', async () => {
    const role = newRole('theirs')
    await query(url, `create role ${pg.escapeIdentifier(role)} login password 'their own password'`)
    const summary = await grantReader(url, { role, withPersonalData: false })
    expect(summary).toMatchObject({ isNew: false, password: null })
    const as = asReader(role, 'their own password')
    expect(await query(as, 'select topic from zoom_webinars')).not.toEqual([])
    expect(await revokeReader(url, role)).toEqual({ role, isDropped: false })
    await expect(query(as, 'select topic from zoom_webinars')).rejects.toThrow(/permission denied/)
  })

  it('work under a name that needs quoting', async () => {
    const { as } = await grant({ role: newRole(`O'Hara "BI"; drop role x --`) })
    expect(await query(as, 'select current_user is not null as is_in')).toEqual([{ is_in: true }])
  })
})

describe('a role that could do more', () => {
  it('is refused as a superuser, as a member of the owner, and as reader of everything', async () => {
    const [{ owner } = { owner: '' }] = await query<{ owner: string }>(url, 'select current_user as owner')
    await expect(grantReader(url, { role: owner, withPersonalData: false })).rejects.toThrow(/can write to/)
    for (const membership of [pg.escapeIdentifier(owner), 'pg_write_all_data']) {
      const role = newRole('mighty')
      await query(url, `create role ${role} login; grant ${membership} to ${role}`)
      await expect(grantReader(url, { role, withPersonalData: true })).rejects.toThrow(
        /can write to .* Nothing was changed/,
      )
      expect(await query(url, 'select from rollcall_readers where role_name = $1', [role])).toEqual([])
    }
    const role = newRole('curious')
    await query(url, `create role ${role} login; grant pg_read_all_data to ${role}`)
    await expect(grantReader(url, { role, withPersonalData: false })).rejects.toThrow(/can read /)
    await expect(grantReader(url, { role, withPersonalData: true })).resolves.toBeDefined()
  })

  it.each(['', 'public', 'pg_reader', 'x'.repeat(64), 'two\nlines'])('is not called %j', async (role) => {
    await expect(grantReader(url, { role, withPersonalData: false })).rejects.toThrow(/cannot be the name/)
  })

  it('is told apart from a user who may not make roles', async () => {
    const role = newRole('loader')
    await query(url, `create role ${role} login password 'a loader of tables'`)
    const database = await createTestDatabase('empty')
    await query(database.url, `alter schema public owner to ${role}`)
    const address = new URL(database.url)
    address.username = role
    address.password = 'a loader of tables'
    const reader = newRole()
    await expect(grantReader(address.href, { role: reader, withPersonalData: false })).rejects.toThrow(
      /may not do that .*create role/,
    )
    await query(url, `create role ${reader} login password 'made by an administrator'`)
    const { rows: owner } = { rows: await query(database.url, `select current_database() as name`) }
    await query(database.url, `alter database ${owner[0]?.name} owner to ${role}`)
    const summary = await grantReader(address.href, { role: reader, withPersonalData: false })
    expect(summary.relations).toBeGreaterThan(15)
    await database.drop()
  })
})

describe('passwords', () => {
  it('are long, new each time, and never part of a statement', async () => {
    const role = newRole()
    const first = await grantReader(url, { role, withPersonalData: false })
    const second = await grantReader(url, { role, withPersonalData: false, newPassword: true })
    expect(first.password).toMatch(/^[\w-]{24}$/)
    expect(second.password).not.toBe(first.password)
    await expect(query(asReader(role, first.password ?? ''), 'select 1')).rejects.toThrow(/authentication/)
    expect(await query(asReader(role, second.password ?? ''), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('can be given, where they are not too short', async () => {
    const { as, password } = await grant({ password: 'correct "horse" battery' })
    expect(password).toBeNull()
    expect(await query(as, 'select 1 as one')).toEqual([{ one: 1 }])
    await expect(grant({ password: 'short' })).rejects.toThrow(/12 to 256/)
  })
})

it('A reader has a limited number of connections, also in a schema of its own', async () => {
  const role = newRole()
  const { password } = await grantReader(
    url,
    { role, withPersonalData: false, connectionLimit: 1 },
    'attendance',
  )
  const as = asReader(role, password ?? '')
  const client = new pg.Client({ connectionString: as })
  await client.connect()
  try {
    await expect(query(as, 'select 1')).rejects.toThrow(/too many connections/)
    const { rows } = await client.query(
      `select current_setting('default_transaction_read_only') as is_read_only, count(*)::int as webinars
       from zoom_webinars`,
    )
    expect(rows).toEqual([{ is_read_only: 'on', webinars: 0 }])
  } finally {
    await client.end()
  }
})
