import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader, type Row } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

/**
 * Each case is an instance of a webinar of its own in one raw zone, so that all rules are checked on the whole graph
 * with one build. A row is told as [name, registrant, user, e-mail, from minute, to minute].
 */
type Told = [string | null, string | null, string | null, string | null, number, number | null]

interface Registered {
  id: string
  first?: string
  last?: string
  email?: string
  status?: string
}

const world = new RawWorld()
const webinarOf = new Map<string, number>()
let nextWebinar = 91_000_000_000
let directory: string
let catalog: CatalogReader

function at(minute: number): string {
  return new Date(Date.UTC(2026, 4, 10, 10, 0) + Math.round(minute * 60_000)).toISOString()
}

function rowOf([name, registrant, user, email, from, to]: Told, index: number): RawRow {
  return {
    user_id: String(16_778_240 + index * 1024),
    name,
    registrant_id: registrant,
    zoom_user_id: user,
    email,
    join_time: at(from),
    leave_time: to === null ? null : at(to),
    status: 'in_meeting',
  }
}

function given(
  name: string,
  rows: Told[],
  options: { registrants?: Registered[]; source?: string; panelists?: RawRow[]; extra?: RawRow[] } = {},
): void {
  const webinar = nextWebinar++
  const uuid = `${name}==`
  webinarOf.set(name, webinar)
  world.capture({
    stream: 'instances',
    subject: `window:${name}`,
    source_endpoint: 'history_meetings',
    rows: [
      {
        zoom_uuid: uuid,
        instance_uuid: uuid,
        webinar_id: webinar,
        topic: name,
        host_id: 'HOSTUSER',
        host_email: 'host@example.com',
        start_time: at(0),
        end_time: at(60),
      },
    ],
  })
  world.capture({
    stream: 'participants',
    subject: `instance:${uuid}`,
    instance_uuid: uuid,
    webinar_id: webinar,
    source_endpoint: options.source ?? 'report',
    rows: [...rows.map(rowOf), ...(options.extra ?? [])],
  })
  if (options.registrants) {
    world.capture({
      stream: 'registrants',
      subject: `webinar:${webinar}:status=approved`,
      webinar_id: webinar,
      source_endpoint: 'webinars',
      rows: options.registrants.map((registrant) => ({
        registrant_id: registrant.id,
        first_name: registrant.first ?? null,
        last_name: registrant.last ?? null,
        email: registrant.email ?? null,
        status: registrant.status ?? 'approved',
        registered_at: '2026-05-01T00:00:00Z',
      })),
    })
  }
  if (options.panelists) {
    world.capture({
      stream: 'panelists',
      subject: `webinar:${webinar}`,
      webinar_id: webinar,
      source_endpoint: 'webinars',
      rows: options.panelists,
    })
  }
}

const ana: Registered = { id: 'RA', first: 'Ana', last: 'Silva', email: 'ana@example.com' }

given('rejoin', [
  ['Ana', 'R1', null, 'ana@x.org', 0, 10],
  ['Ana', 'R1', null, 'ana@x.org', 20, 30],
])
given('chain', [
  ['Ana', 'C1', null, 'c@x.org', 0, 10],
  ['Anna', null, 'CU', 'C@x.org ', 10, 20],
  ['A. S.', null, 'CU', null, 30, 40],
])
given('two-devices', [
  ['Bo', 'TD1', null, 'bo@x.org', 0, 30],
  ['Bo', 'TD1', null, 'bo@x.org', 10, 40],
])
given('renamed', [
  ['Ana', 'RN1', null, 'rn@x.org', 0, 10],
  ['Robert', 'RN1', null, 'rn@x.org', 10, 20],
])
given('homonyms', [
  ['John Smith', 'H1', null, 'j1@x.org', 0, 30],
  ['John Smith', 'H2', null, 'j2@x.org', 0, 30],
  ['John Smith', null, null, null, 10, 20],
  ['john  smith', null, null, null, 30, 40],
])
given('keyless-unique', [
  ['José Núñez', 'K1', null, 'jose@x.org', 0, 10],
  ['jose nunez', null, null, null, 12, 20],
])
given('spellings', [
  ['Anna Müller', 'SP1', null, 'spell@x.org', 0, 10],
  ['Müller, Anna (she/her)', null, null, null, 12, 20],
  ['Ben Oak [Acme]', null, null, null, 0, 10],
  ['Oak Ben – mobile', null, null, null, 20, 30],
  ['Ben (Acme)', null, null, null, 0, 10],
])
given('keyless-nobody', [
  ['Zed', null, null, null, 0, 10],
  ['ZED.', null, null, null, 5, 20],
  ['Yan', null, null, null, 5, 20],
])
given('generic', [
  ['iPhone', null, null, null, 0, 10],
  ['iPhone', null, null, null, 20, 30],
  ['Galaxy S21 Ultra', null, null, null, 0, 5],
  ['Zoom user', null, null, null, 0, 5],
  [null, null, null, null, 0, 5],
  ['1415***2671', null, null, null, 0, 5],
])
given('generic-same-row', [
  ['iPhone', null, null, null, 0, 10],
  ['Kim', 'GK', null, null, 0, 10],
])
given(
  'link-two-users',
  [
    ['Ana Silva', 'RA', 'UA', 'ana@example.com', 0, 30],
    ['Rui Costa', 'RA', 'UB', 'ana@example.com', 40, 50],
  ],
  { registrants: [ana] },
)
given(
  'link-two-names',
  [
    ['Rui Costa', 'RA', null, 'ana@example.com', 0, 30],
    ['Ana Silva', 'RA', null, 'ana@example.com', 10, 40],
    ['Rui Costa', 'RA', null, 'ana@example.com', 45, 50],
  ],
  { registrants: [ana] },
)
given(
  'link-alike-names',
  [
    ['Ana', 'RA', null, 'ana@example.com', 0, 30],
    ['Ana Silva', 'RA', null, 'ana@example.com', 10, 40],
    ['iPad', 'RA', null, 'ana@example.com', 10, 40],
  ],
  { registrants: [ana] },
)
given(
  'link-nobody-fits',
  [
    ['Max Mond', 'RA', null, 'ana@example.com', 0, 30],
    ['Rui Costa', 'RA', null, 'ana@example.com', 10, 40],
  ],
  { registrants: [ana] },
)
given(
  'link-touching-names',
  [
    ['Max Mond', 'RA', null, 'ana@example.com', 0, 30],
    ['Rui Costa', 'RA', null, 'ana@example.com', 30, 40],
  ],
  { registrants: [ana] },
)
given(
  'link-hidden-overlap',
  [
    ['Ana Silva', 'RA', null, null, 0, 20],
    ['Ana', 'RA', null, null, 1, 50],
    ['Rui Ana', 'RA', null, null, 10, 15],
  ],
  { registrants: [ana] },
)
given('breakout', [
  ['Mia Wong', 'B1', null, 'mia@x.org', 0, 10],
  ['Mia Wong', null, null, null, 10, 20],
  ['Mia Wong', 'B1', null, 'mia@x.org', 20, 30],
])
given(
  'past',
  [
    ['Ana Silva', null, null, null, 0, 10],
    ['Bob Lee', null, null, 'bob@x.org', 0, 10],
    ['Cy Twin', null, null, null, 0, 10],
    ['Bobby', null, null, 'bob@x.org', 20, 30],
  ],
  {
    source: 'past_webinars',
    registrants: [
      ana,
      { id: 'RB', first: 'Robert', last: 'Lee', email: 'BOB@x.org' },
      { id: 'RC1', first: 'Cy', last: 'Twin', email: 'c1@x.org' },
      { id: 'RC2', first: 'Cy', last: 'Twin', email: 'c2@x.org' },
    ],
  },
)
given('zero-length', [
  ['Zoe', 'Z1', null, null, 5, 5],
  ['Yve', 'Z2', null, null, 5, null],
  ['Xia', 'Z3', null, null, 9, 5],
  ['Xia', 'Z3', null, null, 10, 15],
])
given('duplicates', [['Dan', 'D1', null, null, 0, 10]], {
  extra: [
    rowOf(['Dan', 'D1', null, null, 0, 10], 0),
    { ...rowOf(['Wait', 'W1', null, null, 0, 10], 9), status: 'in_waiting_room' },
    { ...rowOf(['Dan', 'D1', null, null, 0, 10], 0), status: 'in_waiting_room' },
  ],
})
given(
  'roles',
  [
    ['Host', null, 'HOSTUSER', null, 0, 60],
    ['Pia', null, null, 'Pia@x.org', 0, 60],
    ['Att', null, null, 'att@x.org', 0, 60],
    ['Met', null, null, null, 0, 60],
  ],
  { panelists: [{ panelist_id: 'P', name: 'Pia', email: 'pia@x.org' }] },
)
given('roles-metrics', [], {
  source: 'metrics',
  extra: [{ ...rowOf(['Q', null, 'QU', null, 0, 5], 0), role: 'panelist' }],
})
given('nul', [['Nu\u0000l', 'N1', null, 'nul\u0000@x.org', 0, 5]])

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-identity-'))
  await world.write(directory)
  const { catalogPath } = await transform({ dataDir: directory, threads: 1 })
  catalog = await CatalogReader.open(catalogPath)
})

afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

function participants(name: string): Promise<Row[]> {
  return catalog.rows(`
    select p.participant_name as name, p.connection_count as connections, p.session_count as sessions,
      p.total_duration as seconds, p.connected_duration as connected, p.role, p.identity_method as method,
      p.identity_confidence as confidence, p.participant_email as email, r.zoom_registrant_id as registrant,
      p.person_id as person
    from marts.zoom_participants p left join marts.zoom_registrants r on r.id = p.registrant_id
    join marts.zoom_webinars w on w.id = p.webinar_id
    where w.zoom_webinar_id = ${webinarOf.get(name)}
    order by name nulls last, connections, seconds, p.id`)
}

describe('strong keys', () => {
  it('unite the connections of one registrant into sessions', async () => {
    expect(await participants('rejoin')).toMatchObject([
      {
        name: 'Ana',
        connections: 2,
        sessions: 2,
        seconds: 1200,
        method: 'registrant_id',
        confidence: '1.000',
      },
    ])
  })
  it('unite rows through other rows, and e-mails whatever their case and spaces', async () => {
    expect(await participants('chain')).toMatchObject([{ name: 'Ana', connections: 3, email: 'c@x.org' }])
  })
  it('count two devices at once as one presence', async () => {
    expect(await participants('two-devices')).toMatchObject([{ seconds: 2400, connected: 3600, sessions: 1 }])
  })
  it('keep a renamed participant one', async () => {
    expect(await participants('renamed')).toMatchObject([{ name: 'Ana', connections: 2, sessions: 1 }])
  })
})

describe('names', () => {
  it('of two people point to nobody, and the rows without key are one unsure participant', async () => {
    const found = await participants('homonyms')
    expect(found.map(({ connections, confidence, method }) => [connections, confidence, method])).toEqual([
      [1, '1.000', 'registrant_id'],
      [1, '1.000', 'registrant_id'],
      [2, '0.400', 'name'],
    ])
    expect(new Set(found.map(({ person }) => person)).size).toBe(3)
  })
  it('join a row without key to the only participant of that name, whatever accents and case', async () => {
    expect(await participants('keyless-unique')).toMatchObject([
      { connections: 2, method: 'registrant_id', confidence: '1.000' },
    ])
  })
  it('are one whichever way round they are written, and whatever stands in brackets', async () => {
    const found = await participants('spellings')
    expect(found.map(({ name, connections }) => [name, connections])).toEqual([
      ['Anna Müller', 2],
      ['Ben (Acme)', 1],
      ['Ben Oak [Acme]', 2],
    ])
  })
  it('make one participant of rows without key of one name, and two of two names', async () => {
    expect(await participants('keyless-nobody')).toMatchObject([
      { name: 'Yan', connections: 1, method: 'name', confidence: '0.870' },
      { name: 'Zed', connections: 2, sessions: 1, seconds: 1200 },
    ])
  })
  it('of devices, telephones and nobody are a participant each', async () => {
    const found = await participants('generic')
    expect(found).toHaveLength(6)
    expect(new Set(found.map(({ method }) => method))).toEqual(new Set(['none']))
    for (const { confidence } of found) expect(Number(confidence)).toBeLessThan(0.7)
  })
  it('recognise a row that lost its keys in a breakout room', async () => {
    expect(await participants('breakout')).toMatchObject([{ connections: 3, sessions: 1, seconds: 1800 }])
  })
})

describe('a forwarded link', () => {
  it('used by two account users is two participants, and the registration fits one by name', async () => {
    expect(await participants('link-two-users')).toMatchObject([
      { name: 'Ana Silva', registrant: 'RA', email: 'ana@example.com', method: 'registrant_id' },
      { name: 'Rui Costa', registrant: null, email: null, method: 'shared_link', confidence: '0.998' },
    ])
  })
  it('used by two unlike names at once is two participants, also when the forwarder came later', async () => {
    expect(await participants('link-two-names')).toMatchObject([
      { name: 'Ana Silva', registrant: 'RA', connections: 1 },
      { name: 'Rui Costa', registrant: null, connections: 2, seconds: 2100 },
    ])
  })
  it('makes two persons of its two users', async () => {
    const [owner, guest] = await participants('link-two-names')
    expect(owner?.person).not.toBe(guest?.person)
  })
  it('is not seen in names that are alike or generic', async () => {
    expect(await participants('link-alike-names')).toMatchObject([{ connections: 3, registrant: 'RA' }])
  })
  it('leaves the registration to nobody where nobody fits', async () => {
    expect(await participants('link-nobody-fits')).toMatchObject([
      { name: 'Max Mond', registrant: null, method: 'shared_link' },
      { name: 'Rui Costa', registrant: null, method: 'shared_link' },
    ])
  })
  it('is not seen in names that only touch in time', async () => {
    expect(await participants('link-touching-names')).toMatchObject([{ connections: 2, registrant: 'RA' }])
  })
  it('is found where the longest presence is alike but another is not', async () => {
    const found = await participants('link-hidden-overlap')
    expect(found.map(({ name, registrant }) => [name, registrant])).toEqual([
      ['Ana', null],
      ['Ana Silva', 'RA'],
      ['Rui Ana', null],
    ])
  })
})

describe('a source without registrant ids', () => {
  it('links participants to registrants by e-mail, and by a name only one registrant has', async () => {
    expect(await participants('past')).toMatchObject([
      { name: 'Ana Silva', registrant: 'RA', method: 'name' },
      { name: 'Bob Lee', registrant: 'RB', connections: 2, method: 'email', confidence: '0.995' },
      { name: 'Cy Twin', registrant: null, method: 'name' },
    ])
  })
})

describe('rows', () => {
  it('without a later leave are connections but no presence', async () => {
    expect(await participants('zero-length')).toMatchObject([
      { name: 'Xia', connections: 2, sessions: 1, seconds: 300 },
      { name: 'Yve', connections: 1, sessions: 0, seconds: 0, connected: 0 },
      { name: 'Zoe', connections: 1, sessions: 0, seconds: 0 },
    ])
  })
  it('that repeat exactly or come from the waiting room are no connections', async () => {
    expect(await participants('duplicates')).toMatchObject([{ name: 'Dan', connections: 1 }])
  })
  it('lose NUL characters, which Postgres refuses', async () => {
    expect(await participants('nul')).toMatchObject([{ name: 'Nul', email: 'nul@x.org' }])
  })
})

describe('roles', () => {
  it('come from host and panelists where the source has none', async () => {
    const found = await participants('roles')
    expect(found.map(({ name, role }) => [name, role])).toEqual([
      ['Att', 'attendee'],
      ['Host', 'host'],
      ['Met', 'attendee'],
      ['Pia', 'panelist'],
    ])
  })
  it('are what the dashboard says where it says', async () => {
    expect(await participants('roles-metrics')).toMatchObject([{ role: 'panelist' }])
  })
})

describe('persons', () => {
  it('are the same across webinars when they own the same key', async () => {
    const [owner] = await participants('link-two-users')
    const [other] = await participants('past')
    expect(owner?.person).toBe(other?.person)
  })
})
