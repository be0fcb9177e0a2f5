import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

let directory: string
let catalog: CatalogReader

const at = (clock: string) => `2026-05-10T${clock}:00Z`

/** Registered people, two joins each, then one caller by telephone. */
function joins(people: number, more: RawRow[] = []): RawRow[] {
  const twice = Array.from({ length: people }, (_, index) =>
    [at('10:00'), at('10:20')].map((join_time, again) => ({
      user_id: `${index}-${again}`,
      registrant_id: `R${index}`,
      name: `Person Number ${String.fromCharCode(65 + index)}`,
      email: `p${index}@x.org`,
      join_time,
      leave_time: again === 0 ? at('10:10') : at('10:30'),
      status: 'in_meeting',
    })),
  ).flat()
  return [...twice, ...more]
}
const caller = { user_id: 'tel', name: '+1 202 555 0101', join_time: at('10:00'), leave_time: at('10:30') }

function tell(world: RawWorld): void {
  const of = (uuid: string, webinar: number) => ({
    stream: 'participants' as const,
    subject: `instance:${uuid}`,
    instance_uuid: uuid,
    webinar_id: webinar,
  })
  const seen = (uuid: string, webinar: number, source: string, figures: RawRow) => {
    const times = { start_time: at('10:00'), end_time: at('10:30') }
    const row = { zoom_uuid: uuid, instance_uuid: uuid, webinar_id: webinar, ...times, ...figures }
    world.capture({ stream: 'instances', subject: `${source}:${uuid}`, source_endpoint: source, rows: [row] })
  }
  // All there: three people with two joins each and a caller.
  world.capture({ ...of('whole==', 1), rows: joins(3, [caller]) })
  seen('whole==', 1, 'history_meetings', {
    participants_count: 4,
    unique_viewers: 3,
    max_concurrent_views: 3,
  })
  seen('whole==', 1, 'metrics', { participants_count: 7 })
  seen('whole==', 1, 'user_reports', { participants_count: 7 })
  const registrant = (index: number): RawRow => ({
    registrant_id: `R${index}`,
    email: `p${index}@x.org`,
    status: 'approved',
  })
  const registrants = (webinar: number, count: number) =>
    world.capture({
      stream: 'registrants',
      subject: `webinar:${webinar}:status=approved`,
      webinar_id: webinar,
      source_endpoint: 'webinars',
      rows: Array.from({ length: count }, (_, index) => registrant(index)),
    })
  registrants(1, 5)
  world.capture({
    ...of('whole==', 1),
    stream: 'absentees',
    source_endpoint: 'past_webinars',
    rows: [registrant(3), registrant(4)],
  })
  // Short by one source, over by another.
  world.capture({ ...of('short==', 2), rows: joins(1), expected_rows: 9, status: 'partial' })
  world.capture({
    ...of('short==', 2),
    source_endpoint: 'past_webinars',
    rows: [],
    expected_rows: 1,
    status: 'partial',
  })
  seen('short==', 2, 'history_meetings', {
    participants_count: 4,
    unique_viewers: 4,
    max_concurrent_views: 0,
  })
  registrants(2, 2)
  world.capture({ ...of('short==', 2), stream: 'absentees', source_endpoint: 'past_webinars', rows: [] })
  // Refused: nothing to compare with.
  world.capture({
    ...of('denied==', 3),
    rows: [],
    status: 'denied',
    reason: 'missing scope',
    expected_rows: null,
  })
  seen('denied==', 3, 'history_meetings', {
    participants_count: 355,
    unique_viewers: 350,
    max_concurrent_views: 300,
  })
  // Absentees without the registrants they are the rest of.
  world.capture({ ...of('alone==', 4), rows: joins(1) })
  world.capture({
    ...of('alone==', 4),
    stream: 'absentees',
    source_endpoint: 'past_webinars',
    rows: [registrant(7)],
  })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-promises-'))
  const world = new RawWorld()
  tell(world)
  await world.write(directory)
  catalog = await CatalogReader.open((await transform({ dataDir: directory, threads: 1 })).catalogPath)
})
afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

/** `source figure: promised/captured verdict` of the promises about an instance. */
async function promises(uuid: string, where = "stream in ('participants', 'instances', 'absentees')") {
  const rows = await catalog.rows(
    `select concat(source_endpoint, ' ', figure, ' ', measure, ': ', coalesce(promised::varchar, '?'), '/',
         coalesce(captured::varchar, '?'), ' ', verdict) as told
     from marts.zoom_capture_promises where subject = 'instance:${uuid}' and ${where} order by stream, told`,
  )
  return rows.map((row) => row.told)
}

describe('what sources promised of an instance', () => {
  it('is met by rows where it is rows, and by people where it is people', async () => {
    expect(await promises('whole==')).toEqual([
      'past_webinars approved_registrants people: 5/5 met',
      'past_webinars total_records rows: 2/2 met',
      // The peak of four attendees has the caller in it; without, it is Zoom's three.
      'history_meetings max_concurrent_views people: 3/4 met',
      'history_meetings participants_count people: 4/4 met',
      'history_meetings unique_viewers people: 3/3 met',
      'metrics participants_count rows: 7/7 met',
      // Seven is the joins; whether it may be is not documented.
      'user_reports participants_count people: 7/4 unknown',
      'report total_records rows: 7/7 met',
    ])
  })

  it('is short where a listing said more rows than came, and only there', async () => {
    expect(await promises('short==')).toEqual([
      'past_webinars approved_registrants people: 2/1 differs',
      'past_webinars total_records rows: 0/0 met',
      'history_meetings max_concurrent_views people: 0/1 differs',
      'history_meetings participants_count people: 4/1 unknown',
      'history_meetings unique_viewers people: 4/1 differs',
      'past_webinars total_records rows: 1/2 over',
      'report total_records rows: 9/2 short',
    ])
    expect(
      await catalog.rows("select note from marts.zoom_capture_promises where verdict = 'short'"),
    ).toEqual([{ note: '7 rows are missing' }])
  })

  it('is compared with nothing where its participants were refused', async () => {
    expect(await promises('denied==')).toEqual([
      'history_meetings max_concurrent_views people: 300/? unknown',
      'history_meetings participants_count people: 355/? unknown',
      'history_meetings unique_viewers people: 350/? unknown',
      'report total_records rows: ?/0 unknown',
    ])
    const notes = await catalog.rows(
      "select distinct note from marts.zoom_capture_promises where subject = 'instance:denied==' order by 1",
    )
    expect(notes.map(({ note }) => note)).toContain('denied: missing scope')
    expect(notes.map(({ note }) => String(note)).join()).toMatch(/participants were not captured: denied/)
  })

  it('does not balance absentees against registrants that were not captured', async () => {
    expect(await promises('alone==', "stream = 'absentees'")).toEqual([
      'past_webinars approved_registrants people: 0/1 unknown',
      'past_webinars total_records rows: 1/1 met',
    ])
  })
})
