import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { transform } from '../../transform/transform.ts'
import { CatalogReader, type Row } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

/** A row without any key is [name, from minute, to minute]; with one, e-mail or registrant id follow. */
type Told = [name: string, from: number, to: number, email?: string | null, registrant?: string]

const world = new RawWorld()
const webinarOf = new Map<string, number>()
let directory: string
let catalog: CatalogReader

const at = (minute: number) =>
  new Date(Date.UTC(2026, 4, 10, 10, 0) + Math.round(minute * 60_000)).toISOString()

function given(name: string, rows: Told[], registrants: { id: string; first: string; last: string }[] = []) {
  const webinar = 92_000_000_000 + webinarOf.size
  webinarOf.set(name, webinar)
  world.capture({
    stream: 'participants',
    subject: `instance:${name}==`,
    instance_uuid: `${name}==`,
    webinar_id: webinar,
    rows: rows.map(([display, from, to, email = null, registrant = null], index) => ({
      user_id: String(16_778_240 + index * 1024),
      name: display,
      email,
      registrant_id: registrant,
      join_time: at(from),
      leave_time: at(to),
      status: 'in_meeting',
    })),
  })
  if (registrants.length === 0) return
  world.capture({
    stream: 'registrants',
    subject: `webinar:${webinar}:status=approved`,
    webinar_id: webinar,
    source_endpoint: 'webinars',
    rows: registrants.map(({ id, first, last }) => ({
      registrant_id: id,
      first_name: first,
      last_name: last,
      email: `${id}@x.org`,
      status: 'approved',
      registered_at: '2026-05-01T00:00:00Z',
    })),
  })
}

given('initial', [
  ['Anna Müller', 0, 10, 'anna@x.org'],
  ['A. Müller', 10.5, 20],
])
given('keyless', [
  ['Bo Karlsson', 0, 10],
  ['B. Karlsson', 10.5, 20],
])
given('at-once', [
  ['Cleo Maes', 0, 20],
  ['Cleo Maess', 5, 20],
])
given('part-at-once', [
  ['Marco Evans', 0, 20, 'marco@x.org'],
  ['Marco Quincy Evans', 5, 20],
])
given('slip', [
  ['Amelie Nelson', 0, 10, 'amelie@x.org'],
  ['Amelie Nelsonn', 10.5, 20],
])
given('two-names', [
  ['Amelie Nelson', 0, 10, 'amelie@x.org'],
  ['Amelie Nilsson', 10.5, 20],
  ['Bob Nelson', 0, 10, 'bob@x.org'],
  ['Cy Nilsson', 0, 10, 'cy@x.org'],
])
given('first-name', [
  ['Dan Ross', 0, 10, 'ross@x.org'],
  ['Dan Webb', 0, 10, 'webb@x.org'],
  ['Dan', 10.5, 15],
  ['Dan', 12, 20],
])
given('crowd', [
  ['Gia Poe', 0, 20],
  ['Gia Poe', 1, 21],
  ['Gia Poe', 2, 22],
])
given('pair', [
  ['Gia Poe', 0, 20],
  ['Gia Poe', 1, 21],
  // A minute of three at once is a slow handover.
  ['Gia Poe', 19, 40],
])
given('devices', [
  ['iPhone', 0, 10],
  ['iPhone', 10.5, 20],
])
given('number', [
  ['+1 202 555 0101', 0, 10],
  ['+1 202 555 0101', 10.5, 20],
  ['+1 202 555 0199', 10.5, 20],
])
given(
  'absent',
  [
    ['Eve Stone', 0, 10],
    ['Gil Hart', 0, 10, null, 'RG'],
    ['Ida Lund', 0, 10],
  ],
  [
    { id: 'RE', first: 'Eve', last: 'Stone' },
    { id: 'RG', first: 'Gil', last: 'Hart' },
    { id: 'RI1', first: 'Ida', last: 'Lund' },
    { id: 'RI2', first: 'Ida', last: 'Lund' },
  ],
)
given('contradicted', [
  ['Fay Hall', 0, 10, 'fay@x.org'],
  ['Hall, Fay', 10.5, 20, 'hall@y.org'],
])
given('chain', [
  ['+1 202 555 0150', 0, 1],
  ...Array.from({ length: 40 }, (_, n): Told => ['+1 202 555 0150', n + 1.5, n + 2]),
])

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-likeness-'))
  await world.write(directory)
  await build()
})

async function build(identityThreshold?: number) {
  catalog?.close()
  const { catalogPath } = await transform({
    dataDir: directory,
    identityThreshold,
    isWithSteps: true,
    threads: 1,
  })
  catalog = await CatalogReader.open(catalogPath)
}

afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

function participants(name: string): Promise<Row[]> {
  return catalog.rows(`
    select p.participant_name as name, p.connection_count as connections, p.identity_method as method,
      p.identity_confidence::double as confidence, r.zoom_registrant_id as registrant,
      r.person_id = p.person_id as is_registrants_person
    from marts.zoom_participants p left join marts.zoom_registrants r on r.id = p.registrant_id
    join marts.zoom_webinars w on w.id = p.webinar_id
    where w.zoom_webinar_id = ${webinarOf.get(name)}
    order by name, connections, p.id`)
}

describe('rows without a strong key', () => {
  it('become those of a participant with keys whose name they shorten, right after it dropped', async () => {
    const [only, ...others] = await participants('initial')
    expect(others).toEqual([])
    expect(only).toMatchObject({ name: 'Anna Müller', connections: 2, method: 'email' })
    expect(only?.confidence).toBeGreaterThanOrEqual(0.9)
  })
  it('become one participant, which says it is probable and how sure', async () => {
    const [only, ...others] = await participants('keyless')
    expect(others).toEqual([])
    expect(only).toMatchObject({ name: 'Bo Karlsson', connections: 2, method: 'probable' })
    expect(only?.confidence).toBeGreaterThanOrEqual(0.9)
  })
  it('stay two people when they are present at once under two names', async () => {
    expect(await participants('at-once')).toMatchObject([
      { name: 'Cleo Maes', connections: 1, method: 'name' },
      { name: 'Cleo Maess', connections: 1, method: 'name' },
    ])
    expect(await participants('part-at-once')).toMatchObject([
      { name: 'Marco Evans', connections: 1, method: 'email' },
      { name: 'Marco Quincy Evans', connections: 1, method: 'name' },
    ])
  })
  it('are no slip of the pen where the other word is a name that others there have', async () => {
    expect(await participants('slip')).toMatchObject([{ name: 'Amelie Nelson', connections: 2 }])
    expect(await participants('two-names')).toMatchObject([
      { name: 'Amelie Nelson', connections: 1, method: 'email' },
      { name: 'Amelie Nilsson', connections: 1, method: 'name' },
      { name: 'Bob Nelson' },
      { name: 'Cy Nilsson' },
    ])
  })
  it('point to nobody by a first name that two have, and are not joined with each other', async () => {
    expect(await participants('first-name')).toMatchObject([
      { name: 'Dan', connections: 1, method: 'none' },
      { name: 'Dan', connections: 1, method: 'none' },
      { name: 'Dan Ross', connections: 1 },
      { name: 'Dan Webb', connections: 1 },
    ])
  })
  it('point to nobody by a name that three had at once, while two at once are two devices', async () => {
    expect(await participants('crowd')).toMatchObject(
      Array(3).fill({ name: 'Gia Poe', connections: 1, method: 'none' }),
    )
    expect(await participants('pair')).toMatchObject([{ connections: 3, method: 'name' }])
  })
  it('of devices stay apart, however soon one follows another', async () => {
    expect(await participants('devices')).toMatchObject([
      { connections: 1, method: 'none' },
      { connections: 1, method: 'none' },
    ])
  })
  it('of one telephone number are one caller', async () => {
    expect(await participants('number')).toMatchObject([
      { name: '+1 202 555 0101', connections: 2, method: 'probable' },
      { name: '+1 202 555 0199', connections: 1, method: 'none' },
    ])
  })
  it('are followed along a chain of links to its beginning', async () => {
    expect(await participants('chain')).toMatchObject([{ connections: 41, method: 'probable' }])
  })
  it('are a registrant who has not appeared, where only one has the name', async () => {
    expect(await participants('absent')).toMatchObject([
      { name: 'Eve Stone', registrant: 'RE', method: 'probable', is_registrants_person: true },
      { name: 'Gil Hart', registrant: 'RG', method: 'registrant_id' },
      { name: 'Ida Lund', registrant: null, method: 'name' },
    ])
  })
})

it('participants with different strong keys are never linked, however alike', async () => {
  expect(await participants('contradicted')).toMatchObject([
    { name: 'Fay Hall', method: 'email', connections: 1 },
    { name: 'Hall, Fay', method: 'email', connections: 1 },
  ])
  const crossed = await catalog.rows(`
    select followed.unit_key from intermediate.links_followed as followed
    join intermediate.connections_grouped as grouped on grouped.participant_key = followed.unit_key
    join intermediate.connections_keyed as keyed using (connection_key)
    where concat(keyed.registrant_key, keyed.user_key, keyed.email_key, keyed.link_key) <> ''`)
  expect(crossed).toEqual([])
})

it('each weight is the logarithm of how much likelier a level is for one person than for two', async () => {
  const wrong = await catalog.rows(`
    select * from intermediate.link_weights
    where m not between 0 and 1 or u not between 0 and 1 or abs(weight - log2(m / u)) > 1e-9`)
  expect(wrong).toEqual([])
  const sums = await catalog.rows(`
    select family, feature, sum(m) as m, sum(u) as u from intermediate.link_weights
    where feature <> 'match' group by all having abs(sum(m) - 1) > 1e-4 or abs(sum(u) - 1) > 1e-4`)
  expect(sums).toEqual([])
})

it('the same rows give the same links, and a threshold of 1 links nobody', async () => {
  const sql = `select * from intermediate.link_pairs_judged join intermediate.link_weights using (family)
    order by all`
  const before = await catalog.rows(sql)
  expect(before.length).toBeGreaterThan(0)
  await build()
  expect(await catalog.rows(sql)).toEqual(before)
  await build(1)
  expect(await participants('keyless')).toHaveLength(2)
  expect(await participants('number')).toHaveLength(3)
  await expect(build(0)).rejects.toThrow('identityThreshold must be above 0')
})
