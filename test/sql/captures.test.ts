import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

const start = '2026-05-10T10:00:30Z'

function people(count: number, minutes = 10): RawRow[] {
  return Array.from({ length: count }, (_, index) => ({
    user_id: String(index),
    name: `Person ${index}`,
    email: `person${index}@x.org`,
    join_time: '2026-05-10T10:01:00Z',
    leave_time: new Date(Date.UTC(2026, 4, 10, 10, 1 + minutes)).toISOString(),
    status: 'in_meeting',
  }))
}

function seen(
  uuid: string,
  webinar: number,
  source: string,
  account?: string,
): Parameters<RawWorld['capture']>[0] {
  return {
    stream: 'instances',
    subject: `${source}:${uuid}`,
    source_endpoint: source,
    account_id: account,
    rows: [
      {
        zoom_uuid: uuid,
        instance_uuid: uuid,
        webinar_id: webinar,
        topic: `${source} topic`,
        start_time: start,
        end_time: source === 'past_webinars' ? null : '2026-05-10T11:00:30Z',
        participants_count: 3,
      },
    ],
  }
}

function tell(world: RawWorld): void {
  const about = (uuid: string, webinar: number) => ({
    stream: 'participants' as const,
    subject: `instance:${uuid}`,
    instance_uuid: uuid,
    webinar_id: webinar,
  })
  // A late report: nothing yet, then some, then fewer; then refused.
  world.capture(seen('late==', 1, 'past_webinars'))
  world.capture(seen('late==', 1, 'history_meetings'))
  world.capture({ ...about('late==', 1), rows: people(5, 0), status: 'not_ready', expected_rows: 3, day: 10 })
  world.capture({ ...about('late==', 1), rows: people(3), day: 11 })
  world.capture({ ...about('late==', 1), rows: [], day: 12 })
  world.capture({ ...about('late==', 1), rows: people(2), day: 13 })
  world.capture({ ...about('late==', 1), rows: [], status: 'denied', reason: 'scope', day: 14 })
  // Another source promised more than anybody gave.
  world.capture(seen('short==', 2, 'history_meetings'))
  world.capture({ ...about('short==', 2), rows: people(2) })
  world.capture({
    ...about('short==', 2),
    source_endpoint: 'metrics',
    rows: [],
    status: 'failed',
    expected_rows: 4,
  })
  // Seen, never asked; and refused.
  world.capture(seen('unread==', 3, 'metrics'))
  world.capture(seen('denied==', 3, 'metrics'))
  world.capture({ ...about('denied==', 3), rows: [], status: 'denied', reason: 'missing scope' })
  // A CSV without an account: one instance the API knows, one it does not.
  world.capture(seen('api==', 4, 'history_meetings'))
  world.capture({ ...about('api==', 4), rows: people(1) })
  const csv = { account_id: 'local', source_endpoint: 'csv' }
  world.capture({ ...about('csv:4:2026-05-10T10:00', 4), ...csv, rows: people(6), day: 1 })
  world.capture({ ...seen('csv:4:2026-05-10T10:00', 4, 'csv', 'local'), day: 1 })
  world.capture({ ...about('csv:4:2026-04-01T09:00', 4), ...csv, rows: people(2), day: 1 })
  // A registrant who waited, was approved, and is in the CSV too; and one only the CSV has.
  const registrants = (rows: RawRow[], status: string, day: number) => ({
    stream: 'registrants' as const,
    subject: `webinar:4:status=${status}`,
    webinar_id: 4,
    source_endpoint: 'webinars',
    rows,
    day,
  })
  const one = { registrant_id: 'R1', email: 'PERSON0@x.org', first_name: 'Person', last_name: '0' }
  world.capture(registrants([{ ...one, status: 'pending' }], 'pending', 10))
  world.capture(registrants([], 'pending', 12))
  world.capture(
    registrants(
      [{ ...one, status: 'approved', custom_answers: '[{"title":"a\\u0000b","value":"1"}]' }],
      'approved',
      12,
    ),
  )
  world.capture({
    ...registrants(
      [
        { email: 'person0@x.org', status: 'approved', organization: 'Org' },
        { email: 'only-csv@x.org', status: 'approved' },
      ],
      'csv',
      1,
    ),
    ...csv,
  })
  // Answers, one by e-mail, one by name, one of nobody.
  world.capture({
    ...about('api==', 4),
    stream: 'polls',
    rows: [
      { name: 'Person 0', email: 'person0@x.org', polling_id: 'P', question: 'Q?', answer: 'yes' },
      { name: 'Person 1', polling_id: 'P', question: 'Q?', answer: 'no' },
      { name: 'Anonymous Attendee', polling_id: 'P', question: 'Q?', answer: 'no' },
      { name: 'Anonymous Attendee', polling_id: 'P', question: 'Q?', answer: 'no' },
    ],
  })
  // Rows of a capture that was never committed.
  world.add('participants', {
    ...people(1)[0],
    account_id: 'ACC',
    instance_uuid: 'late==',
    capture_id: 'none',
  })
  // A page that was written twice.
  const twice = world.capture({ ...about('twice==', 5), rows: people(2) })
  world.add('captures', { capture_id: twice, account_id: 'ACC', stream: 'participants', status: 'failed' })
  // Two webinars, one of them listed no more.
  const listing = (ids: number[], day: number) => ({
    stream: 'webinars' as const,
    subject: 'user:U',
    source_endpoint: 'users',
    day,
    rows: ids.map((id) => ({
      webinar_id: id,
      topic: `listed ${id}`,
      start_time: id === 6 ? '2027-01-01T00:00:00Z' : '2026-01-01T00:00:00Z',
    })),
  })
  world.capture(listing([1, 2, 6], 10))
  world.capture(listing([1, 6], 15))
}

let directory: string
let catalog: CatalogReader

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-captures-'))
  const world = new RawWorld()
  tell(world)
  await world.write(directory)
  catalog = await CatalogReader.open((await transform({ dataDir: directory, threads: 1 })).catalogPath)
})
afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

function instances(where: string) {
  return catalog.rows(`
    select i.zoom_uuid, i.captured_rows, i.actual_participant_count, i.capture_status, i.source_endpoint,
      i.discovered_by, i.topic, i.duration, i.instance_number, i.account_id
    from marts.zoom_webinar_instances i join marts.zoom_webinars w on w.id = i.webinar_id
    where ${where} order by i.start_time nulls last, i.zoom_uuid`)
}

describe('the best capture', () => {
  it('is the fullest usable one: neither a report that was not ready nor a later emptier one replaces it', async () => {
    expect(await instances("i.zoom_uuid = 'late=='")).toMatchObject([
      {
        captured_rows: 3,
        actual_participant_count: 3,
        capture_status: 'complete',
        source_endpoint: 'report',
        discovered_by: 'history_meetings, past_webinars',
        topic: 'history_meetings topic',
        duration: 3600,
      },
    ])
  })
  it('is partial when another source promised more rows, and says so', async () => {
    expect(
      await catalog.rows(
        "select expected, captured, status, reason, source_endpoint from marts.zoom_capture_audit where subject = 'instance:short=='",
      ),
    ).toEqual([
      {
        expected: '4',
        captured: '2',
        status: 'partial',
        reason: 'captured 2 rows of 4 promised by another source or reading',
        source_endpoint: 'report',
      },
    ])
  })
  it('is told for instances nobody could be read of', async () => {
    expect(await instances('w.zoom_webinar_id = 3')).toMatchObject([
      { zoom_uuid: 'denied==', capture_status: 'denied', actual_participant_count: 0 },
      { zoom_uuid: 'unread==', capture_status: 'not_ready', actual_participant_count: 0 },
    ])
  })
  it('counts a page that was written twice once', async () => {
    expect(await instances("i.zoom_uuid = 'twice=='")).toMatchObject([{ actual_participant_count: 2 }])
  })
})

describe('a CSV report', () => {
  it('competes with the API for the same instance, and stands alone for one the API does not know', async () => {
    expect(await instances('w.zoom_webinar_id = 4')).toMatchObject([
      {
        zoom_uuid: 'api==',
        account_id: 'ACC',
        captured_rows: 6,
        source_endpoint: 'csv',
        discovered_by: 'csv, history_meetings',
      },
      { zoom_uuid: 'csv:4:2026-04-01T09:00', account_id: 'ACC', captured_rows: 2, discovered_by: 'csv' },
    ])
  })
  it('fills gaps of registrants the API knows and adds those it does not', async () => {
    const rows = await catalog.rows(`
      select zoom_registrant_id, email, status, organization, has_attended, custom_answers
      from marts.zoom_registrants order by email desc`)
    expect(rows).toEqual([
      {
        zoom_registrant_id: 'R1',
        email: 'person0@x.org',
        status: 'approved',
        organization: 'Org',
        has_attended: true,
        custom_answers: '[{"title":"ab","value":"1"}]',
      },
      {
        zoom_registrant_id: null,
        email: 'only-csv@x.org',
        status: 'approved',
        organization: null,
        has_attended: false,
        custom_answers: null,
      },
    ])
  })
})

describe('answers', () => {
  it('belong to the participant of the e-mail or the name, anonymous ones to nobody, and none is lost', async () => {
    const rows = await catalog.rows(`
      select a.answer, p.participant_name as who from marts.zoom_poll_answers a
      left join marts.zoom_participants p on p.id = a.participant_id order by who nulls last`)
    expect(rows.map(({ who }) => who)).toEqual(['Person 0', 'Person 1', null, null])
  })
  it('weigh in the score only where there were questions', async () => {
    const rows = await catalog.rows(`
      select p.participant_name as name, p.engagement_score as score, p.polls_answered as polls
      from marts.zoom_participants p join marts.zoom_webinar_instances i on i.id = p.instance_id
      where i.zoom_uuid in ('api==', 'late==') and p.participant_name in ('Person 0', 'Person 2') order by all`)
    // 600 s of 3600: 50/6 of 80 points with a poll (and 15 for the answer), of 65 without.
    expect(rows).toEqual([
      { name: 'Person 0', score: '12.82', polls: 0 },
      { name: 'Person 0', score: '29.17', polls: 1 },
      { name: 'Person 2', score: '10.42', polls: 0 },
      { name: 'Person 2', score: '12.82', polls: 0 },
    ])
  })
})

describe('webinars', () => {
  it('are scheduled, ended or listed no more', async () => {
    expect(
      await catalog.rows(
        'select zoom_webinar_id as id, status, topic from marts.zoom_webinars where zoom_webinar_id in (1, 2, 3, 6) order by 1',
      ),
    ).toEqual([
      { id: '1', status: 'ended', topic: 'listed 1' },
      { id: '2', status: 'unlisted', topic: 'listed 2' },
      { id: '3', status: 'unlisted', topic: 'metrics topic' },
      { id: '6', status: 'scheduled', topic: 'listed 6' },
    ])
  })
})

describe('persons', () => {
  it('keep the id of their oldest key, and the others lead to it', async () => {
    const rows = await catalog.rows(`
      select p.primary_email, p.id = md5('person|ACC|email|person0@x.org')::uuid as is_oldest, a.alias_id
      from marts.zoom_people p join marts.zoom_person_aliases a on a.person_id = p.id`)
    expect(rows).toMatchObject([{ primary_email: 'person0@x.org', is_oldest: true }])
  })
})

describe('the models', () => {
  it('give the same rows in the same order, however the rows are spread over files', async () => {
    const other = await mkdtemp(join(tmpdir(), 'rollcall-captures-'))
    try {
      const world = new RawWorld()
      tell(world)
      await world.write(other, (index) => 9 - (index % 3))
      const second = await CatalogReader.open((await transform({ dataDir: other, threads: 1 })).catalogPath)
      const tables = await catalog.rows(
        "select table_name from duckdb_tables() where schema_name = 'marts' order by all",
      )
      expect(tables).toHaveLength(14)
      for (const { table_name } of tables) {
        expect(await second.rows(`select * from marts.${table_name}`)).toEqual(
          await catalog.rows(`select * from marts.${table_name}`),
        )
      }
      second.close()
    } finally {
      await rm(other, { recursive: true, force: true })
    }
  })

  it('build empty marts when nothing was read yet', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'rollcall-empty-'))
    try {
      const result = await transform({ dataDir: empty, threads: 1 })
      expect(result.audits).toBeGreaterThan(8)
      expect(
        result.models.filter(({ name, rows }) => name.startsWith('marts.') && rows !== null && rows > 0),
      ).toEqual([])
    } finally {
      await rm(empty, { recursive: true, force: true })
    }
  })
})
