import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { dropoff, type Marts, participant, person, registrant, uuid, webinar } from './catalog.ts'
import { loadMarts, row, smallAccount } from './loading.ts'

/** Any text, and often the characters that COPY, CSV, SQL and JSON give a meaning to. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '\t',
      '\n',
      '\r',
      '"',
      "'",
      ',',
      'N',
      '.',
      '\u0000',
      '\u0001',
      '\u001f',
      '$',
      '{',
      ' ',
      'é',
      '字',
      '😀',
      'u0000',
    ),
  }),
  fc.constantFrom('', '\\N', '\\.', '\n\\.\n', 'null', 'NULL', ' ', '\\'),
)

/** Postgres text cannot hold U+0000. */
const stored = (value: string | null): string | null => value?.replaceAll('\u0000', '\ufffd') ?? null

describe('a value on its way from the catalog to the warehouse', () => {
  it('arrives as it was, whatever text and JSON it holds', async () => {
    const { url } = await createTestDatabase()
    const anyRow = fc.record({
      display_name: fc.option(text),
      answers: fc.option(fc.array(fc.record({ title: text, value: text }))),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 30, maxLength: 60 }), async (rows) => {
        const marts: Marts = {
          zoom_people: rows.map(({ display_name }, index) => person(`p${index}`, { display_name })),
          zoom_webinars: [webinar('web-a')],
          zoom_registrants: rows.map(({ answers }, index) =>
            registrant(`r${index}`, 'web-a', {
              person_id: uuid(`p${index}`),
              custom_answers: answers === null ? null : JSON.stringify(answers),
            }),
          ),
        }
        await loadMarts(url, marts)
        const found = await query<{ id: string; display_name: string | null; custom_answers: unknown }>(
          url,
          'select zoom_people.id, display_name, custom_answers from zoom_people join zoom_registrants on person_id = zoom_people.id',
        )
        const byId = new Map(found.map((each) => [each.id, each]))
        for (const [index, { display_name, answers }] of rows.entries()) {
          const arrived = byId.get(uuid(`p${index}`))
          expect(arrived?.display_name).toBe(stored(display_name))
          expect(arrived?.custom_answers).toEqual(
            answers?.map(({ title, value }) => ({ title: stored(title), value: stored(value) })) ?? null,
          )
        }
      }),
      { numRuns: 5 },
    )
  })

  it('arrives in all its digits: moments to the microsecond, decimals, large integers', async () => {
    const { url } = await createTestDatabase()
    const marts = smallAccount()
    const moment = '2026-05-04 23:59:59.123456-05:30'
    marts.zoom_people?.push(
      person('max', {
        total_duration: '9223372036854775807',
        first_seen_at: moment,
        last_seen_at: '1970-01-01 00:00:00+00',
      }),
    )
    marts.zoom_participants?.push(
      participant('max-1', 'inst-2', 'web-a', 'max', {
        engagement_score: '100.00',
        attended_share: '0.3333',
        identity_confidence: '0.985',
      }),
    )
    await loadMarts(url, marts)
    const [found] = await query(
      url,
      `select total_duration::text, first_seen_at::text, last_seen_at::text, engagement_score::text, attended_share::text,
         identity_confidence::text
       from zoom_people join (select person_id, engagement_score, attended_share, identity_confidence from zoom_participants) p
         on p.person_id = id where display_name = 'max'`,
    )
    expect(found).toEqual({
      total_duration: '9223372036854775807',
      first_seen_at: '2026-05-05 05:29:59.123456+00',
      last_seen_at: '1970-01-01 00:00:00+00',
      engagement_score: '100.00',
      attended_share: '0.3333',
      identity_confidence: '0.985',
    })
  })

  it('arrives with its sign, and as null where it is none', async () => {
    const { url } = await createTestDatabase()
    const marts = smallAccount()
    const averages = ['-12345678.25', '99999999.99', '-0.01', '10000.00', '0.00']
    marts.zoom_instance_dropoff = averages.map((average_present, at) =>
      dropoff('inst-1', at + 1, { average_present, gone: -(2 ** 31) + at, present: 2 ** 31 - 1 - at }),
    )
    Object.assign(row(marts, 'zoom_webinar_instances', 'inst-1'), {
      total_duration: '-9223372036854775808',
      peak_at: '1999-12-31 23:59:59.999999+00',
      median_duration: null,
      topic: null,
    })
    await loadMarts(url, marts)
    expect(
      await query(url, 'select average_present, gone, present from zoom_instance_dropoff order by tenth'),
    ).toEqual(
      averages.map((average_present, at) => ({
        average_present,
        gone: -(2 ** 31) + at,
        present: 2 ** 31 - 1 - at,
      })),
    )
    expect(
      await query(
        url,
        `select total_duration::text, peak_at::text, median_duration, topic from zoom_webinar_instances
         where id = '${uuid('inst-1')}'`,
      ),
    ).toEqual([
      {
        total_duration: '-9223372036854775808',
        peak_at: '1999-12-31 23:59:59.999999+00',
        median_duration: null,
        topic: null,
      },
    ])
  })

  it('has room for its digits in what is sent', async () => {
    const { url } = await createTestDatabase()
    const columns = await query<{ before: number; after: number }>(
      url,
      `select numeric_precision - numeric_scale as before, numeric_scale as after from information_schema.columns
       where table_schema = 'public' and table_name like 'zoom_%' and data_type = 'numeric'
         and table_name in (select relname from pg_class where relkind = 'r')`,
    )
    expect(columns.length).toBeGreaterThan(0)
    for (const { before, after } of columns) expect(before <= 8 && after <= 4).toBe(true)
  })

  it('keeps JSON that jsonb refuses, with U+FFFD for what it cannot hold', async () => {
    const { url } = await createTestDatabase()
    const raw = String.raw`[{"title":"a\u0000b","value":"\\u0000 \ud800 \ud83d\ude00 \udc00\\\ud800"}]`
    const marts: Marts = { zoom_webinars: [webinar('web-a')], zoom_registrants: [registrant('r', 'web-a')] }
    // DuckDB's own JSON type refuses half a surrogate pair; a model may carry JSON as plain text all the same.
    const prepare = [
      'alter table marts.zoom_registrants alter column custom_answers type varchar',
      `update marts.zoom_registrants set custom_answers = '${raw}'`,
    ]
    await loadMarts(url, marts, { prepare })
    expect(await query(url, 'select custom_answers from zoom_registrants')).toEqual([
      { custom_answers: [{ title: 'a\ufffdb', value: '\\u0000 \ufffd 😀 \ufffd\\\ufffd' }] },
    ])
  })

  it('notices the difference between null and empty text, and between values that look alike when joined', async () => {
    const { url } = await createTestDatabase()
    const account = (display_name: string | null, primary_email: string | null): Marts => ({
      zoom_people: [person('ann', { display_name, primary_email })],
    })
    const states: [string | null, string | null][] = [
      ['', null],
      [null, ''],
      [null, null],
      ['a', '\tb'],
      ['a\t', 'b'],
      ['\\N', null],
    ]
    for (const [display_name, primary_email] of states) {
      expect((await loadMarts(url, account(display_name, primary_email))).unitsChanged).toBe(1)
      expect(await query(url, 'select display_name, primary_email from zoom_people')).toEqual([
        { display_name, primary_email },
      ])
    }
  })
})
