import { describe, expect, it } from 'vitest'
import { migrate } from '../../load/migrate.ts'
import { parseView, readViews } from '../../load/views.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { loadMarts, smallAccount } from './loading.ts'

const views = (await readViews()).map((view) => view.name)

describe('migrate', () => {
  it('builds the warehouse from nothing, and does nothing the second time', async () => {
    const { url } = await createTestDatabase('empty')
    const first = await migrate(url)
    expect(first.applied).toContain('2026-11-22-warehouse')
    expect(first.views).toEqual(views)
    expect(views).toContain('webinar_attendance_analytics')
    expect(await migrate(url)).toEqual({ applied: [], views: [] })
  })

  it('may be started eight times at once', async () => {
    const { url } = await createTestDatabase('empty')
    const summaries = await Promise.all(Array.from({ length: 8 }, () => migrate(url)))
    expect(summaries.filter((summary) => summary.applied.length > 0)).toHaveLength(1)
    expect(summaries.filter((summary) => summary.views.length > 0)).toHaveLength(1)
  })

  it('refuses a schema that a newer version migrated, and names both versions', async () => {
    const { url } = await createTestDatabase()
    await query(
      url,
      `insert into rollcall_migrations (name, timestamp) values ('2099-01-01-tomorrow', '2099-01-01')`,
    )
    await expect(migrate(url)).rejects.toThrow(/newer rollcall.*2099-01-01-tomorrow.*2026-11-22-warehouse/)
    await expect(loadMarts(url, smallAccount())).rejects.toThrow(/2099-01-01-tomorrow/)
  })

  it('rolls every pending migration back when one of them fails', async () => {
    const { url } = await createTestDatabase('empty')
    const provider = {
      getMigrations: async () => ({
        '2026-01-01-good': {
          up: async (db: { schema: { createTable(name: string): { execute(): Promise<void> } } }) =>
            db.schema.createTable('good').execute(),
        },
        '2026-01-02-bad': { up: async () => Promise.reject(new Error('no such luck')) },
      }),
    }
    await expect(migrate(url, 'public', provider)).rejects.toThrow(
      /failed at 2026-01-02-bad.*rolled back.*no such luck/,
    )
    expect(await query(url, `select to_regclass('good') as good`)).toEqual([{ good: null }])
  })

  it('says in a comment what every table, view and column is', async () => {
    const { url } = await createTestDatabase()
    const silent = await query(
      url,
      `select relname, attname from pg_class
       join pg_attribute on attrelid = pg_class.oid and attnum >= 0
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and not attisdropped
         and length(coalesce(col_description(pg_class.oid, attnum), '')) < 5
       union all
       select relname, null from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
         and length(coalesce(obj_description(oid, 'pg_class'), '')) < 5`,
    )
    expect(silent).toEqual([])
  })

  it('has an index for every foreign key, so that deleting a unit does not scan what may point to it', async () => {
    const { url } = await createTestDatabase()
    const slow = await query(
      url,
      `select conrelid::regclass::text as "table", conname from pg_constraint
       where contype = 'f' and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])`,
    )
    expect(slow).toEqual([])
  })
})

describe('the views', () => {
  it('are created anew when their text has changed, and keep what was granted on them', async () => {
    const { url } = await createTestDatabase()
    await query(url, 'grant select on webinar_attendance_analytics to public')
    await query(
      url,
      `update rollcall_views set text_hash = 'older' where view_name = 'webinar_attendance_analytics'`,
    )
    expect((await migrate(url)).views).toEqual(['webinar_attendance_analytics'])
    const grants = await query(
      url,
      `select privilege_type from information_schema.role_table_grants
       where table_name = 'webinar_attendance_analytics' and grantee = 'PUBLIC'`,
    )
    expect(grants).toEqual([{ privilege_type: 'SELECT' }])
  })

  it('describe exactly the columns they have', async () => {
    const { url } = await createTestDatabase()
    for (const view of await readViews()) {
      const columns = await query<{ name: string }>(
        url,
        'select column_name as name from information_schema.columns where table_name = $1 order by ordinal_position',
        [view.name],
      )
      expect([...view.columns.keys()], view.name).toEqual(columns.map((column) => column.name))
      expect(view.comment).toMatch(/^One row per /)
    }
  })

  it('are described in the header of their file, in lines that go on when they are indented', () => {
    const view = parseView(
      'v',
      '-- One row per thing,\n-- and no other.\n--\n-- id: Thing.\n-- size: How large\n--     it is.\nselect 1\n',
    )
    expect(view.comment).toBe('One row per thing, and no other.')
    expect(Object.fromEntries(view.columns)).toEqual({ id: 'Thing.', size: 'How large it is.' })
  })
})
