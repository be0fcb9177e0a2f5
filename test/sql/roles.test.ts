import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

/*
 * Goal: every means by which a host or panelist can be told from attendees tells them, and none tells an attendee.
 * Method: one webinar, and so one list of panelists, for each means.
 */

const times = { join_time: '2026-05-10T10:00:00Z', leave_time: '2026-05-10T10:50:00Z', status: 'in_meeting' }
let joins = 0
const joined = (name: string, row: RawRow = {}): RawRow => {
  joins += 1
  return { user_id: String(joins), name, ...times, ...row }
}

function tell(world: RawWorld): void {
  const about = (webinar: number) => ({
    stream: 'participants' as const,
    subject: `instance:w${webinar}==`,
    instance_uuid: `w${webinar}==`,
    webinar_id: webinar,
  })
  const ran = (webinar: number, row: RawRow = {}) =>
    world.capture({
      stream: 'instances',
      subject: `window:${webinar}`,
      source_endpoint: 'history_meetings',
      rows: [
        {
          webinar_id: webinar,
          instance_uuid: `w${webinar}==`,
          zoom_uuid: `w${webinar}==`,
          start_time: '2026-05-10T10:00:00Z',
          end_time: '2026-05-10T11:00:00Z',
          ...row,
        },
      ],
    })
  const panelists = (webinar: number, rows: RawRow[]) =>
    world.capture({
      stream: 'panelists',
      subject: `webinar:${webinar}`,
      webinar_id: webinar,
      source_endpoint: 'webinars',
      rows,
    })
  world.capture({
    stream: 'users',
    subject: 'account',
    source_endpoint: 'users',
    rows: [
      { user_id: 'U-host', email: 'host@x.org' },
      { user_id: 'U-speaker', email: 'speaker@x.org' },
    ],
  })

  // 1: the dashboard says it.
  world.capture({
    ...about(1),
    source_endpoint: 'metrics',
    rows: [
      joined('Hana', { role: 'host' }),
      joined('Pia', { role: 'panelist' }),
      joined('Ada', { role: 'attendee' }),
    ],
  })
  // 2: the report has most rows and no roles; the dashboard's emptier answer and a CSV report have some.
  const known = [
    joined('Hana', { zoom_user_id: 'U-someone' }),
    joined('Pia', { email: 'pia@x.org' }),
    joined('Pol'),
    joined('Ada', { email: 'ada@x.org' }),
    joined('Ben', { email: 'ben@x.org' }),
    joined('Phil', { email: 'phil@x.org' }),
  ]
  world.capture({ ...about(2), rows: known })
  world.capture({
    ...about(2),
    source_endpoint: 'metrics',
    rows: known
      .slice(0, 4)
      .map((row, index) => ({ ...row, role: index === 0 ? 'host' : index < 3 ? 'panelist' : 'attendee' })),
  })
  world.capture({
    ...about(2),
    source_endpoint: 'csv',
    rows: [joined('Phil', { email: 'Phil@x.org', role: 'panelist' })],
  })
  // 3: the host of the instance, by account user and, through the list of users, by e-mail.
  ran(3, { host_id: 'U-host' })
  world.capture({
    ...about(3),
    rows: [
      joined('Hana', { zoom_user_id: 'U-host' }),
      joined('Hana at home', { email: 'host@x.org' }),
      joined('Ada'),
    ],
  })
  // 4: the host known by e-mail only, and it is the account user who came.
  ran(4, { host_email: 'HOST@x.org' })
  world.capture({ ...about(4), rows: [joined('Hana', { zoom_user_id: 'U-host' }), joined('Ada')] })
  // 5: the host of the webinar, where no route names one of the instance.
  ran(5)
  world.capture({
    stream: 'webinars',
    subject: 'webinar:5',
    source_endpoint: 'webinars',
    rows: [{ webinar_id: 5, host_id: 'U-host' }],
  })
  world.capture({ ...about(5), rows: [joined('Hana', { zoom_user_id: 'U-host' }), joined('Ada')] })
  // 6: the list of panelists, by e-mail, account user and name.
  panelists(6, [
    { name: 'Pia Guest', email: 'pia@x.org' },
    { name: 'Sam Speaker', email: 'speaker@x.org' },
    { name: 'Únique Name', email: 'unique@x.org' },
    { name: 'Two Of Them', email: 'two@x.org' },
    { name: 'Registered Namesake', email: 'registered@x.org' },
    { name: 'Zoom user', email: 'nobody@x.org' },
  ])
  world.capture({
    ...about(6),
    rows: [
      joined('Pia Guest', { email: 'PIA@x.org' }),
      // Pia has come by her address: who else is called that is somebody else.
      joined('Somebody', { zoom_user_id: 'U-speaker' }),
      joined('unique  NAME'),
      joined('Two of them', { email: 'other@x.org' }),
      joined('Two of them', { email: 'third@x.org' }),
      joined('Registered Namesake', { registrant_id: 'R1' }),
      joined('Zoom user'),
    ],
  })
  // 7: a namesake of a panelist who has come is an attendee.
  panelists(7, [{ name: 'Pia Guest', email: 'pia@x.org' }])
  world.capture({
    ...about(7),
    rows: [joined('On stage', { email: 'pia@x.org' }), joined('Pia Guest')],
  })
  // 8: the sections of a CSV report, telephones apart; and what the best capture says stands.
  panelists(8, [{ name: 'Ada', email: 'ada@x.org' }])
  world.capture({
    ...about(8),
    source_endpoint: 'csv',
    rows: [
      joined('Hana', { role: 'host' }),
      joined('Pia', { role: 'panelist' }),
      joined('Ada', { role: 'attendee', email: 'ada@x.org' }),
      joined('+1 555 0100', { role: 'other' }),
    ],
  })
  // 9: a telephone is an attendee and no viewer.
  ran(9, { unique_viewers: 1 })
  world.capture({ ...about(9), rows: [joined('Ada'), joined('+1*****0100')] })
}

let directory: string
let catalog: CatalogReader

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-roles-'))
  const world = new RawWorld()
  tell(world)
  await world.write(directory)
  catalog = await CatalogReader.open((await transform({ dataDir: directory, threads: 1 })).catalogPath)
})
afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

async function rolesOf(webinar: number): Promise<string[]> {
  const rows = await catalog.rows(`
    select p.participant_name as name, p.role from marts.zoom_participants p
    join marts.zoom_webinars w on w.id = p.webinar_id where w.zoom_webinar_id = ${webinar} order by all`)
  return rows.map(({ name, role }) => `${name}: ${role}`)
}

describe('a role is told', () => {
  it('by the dashboard', async () => {
    expect(await rolesOf(1)).toEqual(['Ada: attendee', 'Hana: host', 'Pia: panelist'])
  })
  it('by any capture of the instance, through account user, e-mail or the join itself', async () => {
    expect(await rolesOf(2)).toEqual([
      'Ada: attendee',
      'Ben: attendee',
      'Hana: host',
      'Phil: panelist',
      'Pia: panelist',
      'Pol: panelist',
    ])
  })
  it('by the host of the instance, whose e-mail and account user lead to each other', async () => {
    expect(await rolesOf(3)).toEqual(['Ada: attendee', 'Hana: host', 'Hana at home: host'])
    expect(await rolesOf(4)).toEqual(['Ada: attendee', 'Hana: host'])
  })
  it('by the host of the webinar', async () => {
    expect(await rolesOf(5)).toEqual(['Ada: attendee', 'Hana: host'])
  })
  it('by the list of panelists: e-mail, account user, or a name where nothing else is known', async () => {
    expect(await rolesOf(6)).toEqual([
      'Pia Guest: panelist',
      'Registered Namesake: attendee',
      'Somebody: panelist',
      'Two of them: attendee',
      'Two of them: attendee',
      'Zoom user: attendee',
      'unique  NAME: panelist',
    ])
  })
  it('not by the name of a panelist who came under an address', async () => {
    expect(await rolesOf(7)).toEqual(['On stage: panelist', 'Pia Guest: attendee'])
  })
  it('by the sections of a CSV report, before any list', async () => {
    expect(await rolesOf(8)).toEqual(['+1 555 0100: other', 'Ada: attendee', 'Hana: host', 'Pia: panelist'])
  })
})

describe('viewers', () => {
  it("are attendees who did not come by telephone only, as Zoom's unique viewers", async () => {
    expect(
      await catalog.rows(`
        select attendee_count, viewer_count, reported_unique_viewers from marts.zoom_webinar_instances
        where zoom_uuid = 'w9=='`),
    ).toEqual([{ attendee_count: 2, viewer_count: 1, reported_unique_viewers: 1 }])
  })
})
