import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExtractSummary } from '../../extract/extract.ts'
import { queryRaw } from '../../extract/raw/query.ts'
import { dataStreams } from '../../extract/streams.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import { uuidPath } from '../../extract/zoom/uuidPath.ts'
import { queryCatalog } from '../../pipelines/catalog.ts'
import { exitCodeOf, readCompleteness } from '../../pipelines/completeness.ts'
import { createAccount } from '../../simulator/account.ts'
import type { Instance, Row } from '../../simulator/model.ts'
import type { ServerOptions } from '../../simulator/server.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'

/*
 * Goal: whatever one source of participants refuses or leaves out, the next one is asked, the fuller capture is what
 * the models see, and every row says where it came from. Method: the real stages against the simulated account with
 * scopes taken away, a smaller plan, or answers put in the simulator's place.
 */

const now = new Date('2026-06-15T00:00:00Z')
const model = createAccount({ scale: 'tiny', now })
const allScopes = dataStreams.flatMap(endpointsOf).map((endpoint) => endpoint.scopes[0] as string)
const scopeOf = {
  report: 'report:read:list_webinar_participants:admin',
  past_webinars: 'webinar:read:list_past_participants:admin',
  metrics: 'dashboard:read:list_webinar_participants:admin',
}
const without = (...scopes: string[]) => allScopes.filter((scope) => !scopes.includes(scope))
/** A page of participants is asked for by exactly these paths: uuids are encoded twice, so they hold no slash. */
const pathOf = {
  report: /^\/v2\/report\/webinars\/[^/]+\/participants$/,
  past_webinars: /^\/v2\/past_webinars\/[^/]+\/participants$/,
  metrics: /^\/v2\/metrics\/webinars\/[^/]+\/participants$/,
}

const accounts: TestAccount[] = []
afterAll(async () => {
  for (const account of accounts.splice(0)) await account.close()
})

interface Synced {
  account: TestAccount
  summary: ExtractSummary
  /** Requests for participants by source. */
  asked(source: keyof typeof pathOf): number
  ask(sql: string): Promise<Record<string, unknown>[]>
}

/** One full sync up to the catalog, one capture at a time, so that the order of requests is certain. */
async function sync(serving: Partial<ServerOptions>): Promise<Synced> {
  const account = await openTestAccount({ now }, serving)
  accounts.push(account)
  const summary = await account.extract({ concurrency: 1 })
  await account.transform()
  return {
    account,
    summary,
    asked: (source) =>
      account.simulator.requests().filter((request) => pathOf[source].test(request.path)).length,
    ask: async (sql) => (await queryCatalog(account.dataDir, sql)).rows,
  }
}

/** What does not hang on who is recognised as whom, of each instance that Zoom still has. */
async function figuresOf({ ask }: Synced) {
  const rows = await ask(
    `select zoom_uuid, captured_rows, connection_count, connected_duration, capture_status, source_endpoint
     from marts.zoom_webinar_instances`,
  )
  return new Map(
    rows.map((row) => [
      String(row.zoom_uuid),
      {
        rows: Number(row.captured_rows),
        connections: Number(row.connection_count),
        connected_duration: Number(row.connected_duration),
        status: row.capture_status,
        source: row.source_endpoint,
      },
    ]),
  )
}

const trueInstances = ({ account }: Synced) =>
  account.truth.webinars.flatMap((webinar) => webinar.instances).filter((one) => one.is_available)

async function expectAllFrom(synced: Synced, source: string) {
  const found = await figuresOf(synced)
  for (const truth of trueInstances(synced)) {
    expect(found.get(truth.zoom_uuid), truth.zoom_uuid).toEqual({
      rows: truth.rows,
      connections: truth.connections,
      connected_duration: truth.connected_duration,
      status: truth.rows === 0 ? 'empty' : 'complete',
      source,
    })
  }
}

const sourcesOf = (table: string) =>
  `select distinct source_endpoint as source from ${table} order by source_endpoint`

describe('without the scope for the report of participants', () => {
  // Of this one instance Zoom hides every e-mail and account, as it does for guests of webinars.
  const hidden = model.instances.find(
    (one) => one.isAvailable && one.webinar.isListed && one.webinar.registrants.length > 20,
  ) as Instance
  const hiddenPage = page(
    hidden.rows.map((row) => ({ ...row, email: '', userId: '', registrantId: '' })),
    hidden.rows.length,
  )
  let synced: Synced
  beforeAll(async () => {
    synced = await sync({
      scopes: without(scopeOf.report),
      intercept: ({ path }) => (path === pastOf(hidden) ? { status: 200, body: hiddenPage } : null),
    })
  }, 240_000)

  it('has every row from past_webinars, and asks the report once for the whole account', async () => {
    await expectAllFrom(synced, 'past_webinars')
    expect(synced.asked('report')).toBe(1)
    expect(synced.asked('past_webinars')).toBeGreaterThan(10)
  })

  it('says so on every row of the raw zone and on every participant', async () => {
    expect(await queryRaw(synced.account.dataDir, sourcesOf('raw.participants'))).toEqual([
      { source: 'past_webinars' },
    ])
    expect(await synced.ask(sourcesOf('marts.zoom_participants'))).toEqual([{ source: 'past_webinars' }])
  })

  it('links participants to registrations without registrant ids: by e-mail, in the session registered for', async () => {
    const ids = await queryRaw(
      synced.account.dataDir,
      'select count(registrant_id) as ids from raw.participants',
    )
    expect(ids).toEqual([{ ids: 0 }])
    const linked = await synced.ask(
      `select instances.zoom_uuid, registrants.zoom_registrant_id
       from marts.zoom_participants as participants
       join marts.zoom_webinar_instances as instances on instances.id = participants.instance_id
       join marts.zoom_registrants as registrants on registrants.id = participants.registrant_id
       where registrants.status = 'approved'`,
    )
    const found = new Set(linked.map((row) => `${row.zoom_uuid} ${row.zoom_registrant_id}`))
    const expected = model.instances.filter((one) => one.isAvailable && one !== hidden).flatMap(seenByEmail)
    expect(expected.length).toBeGreaterThan(100)
    expect(expected.filter((one) => !found.has(one))).toEqual([])
  })

  it('links by name only whoever has no e-mail and a name that one registration alone has', async () => {
    const byName = await synced.ask(
      `select
           lower(participants.participant_name) as name,
           lower(concat_ws(' ', registrants.first_name, registrants.last_name)) as registered,
           (
               select count(*) from marts.zoom_registrants as others
               where others.webinar_id = registrants.webinar_id and others.status = 'approved'
                   and lower(concat_ws(' ', others.first_name, others.last_name)) =
                       lower(concat_ws(' ', registrants.first_name, registrants.last_name))
                   and others.occurrence_id is not distinct from registrants.occurrence_id
           ) as namesakes
       from marts.zoom_participants as participants
       join marts.zoom_registrants as registrants on registrants.id = participants.registrant_id
       where participants.participant_email is null`,
    )
    expect(byName.length).toBeGreaterThan(10)
    for (const row of byName) {
      expect(row.name).toBe(row.registered)
      expect(Number(row.namesakes)).toBe(1)
    }
  })
})

/** Approved registrations of the instance's session whose e-mail stands on one of its rows, as uuid and id. */
function seenByEmail({ uuid, webinar, occurrenceId, rows }: Instance): string[] {
  if (!webinar.isListed) return []
  const typed = (email: string) => email.trim().toLowerCase()
  const emails = new Set(rows.filter((row) => !row.isWaiting).map((row) => typed(row.email)))
  return webinar.registrants
    .filter((one) => one.status === 'approved' && emails.has(typed(one.email)))
    .filter((one) => one.occurrenceId === null || one.occurrenceId === occurrenceId)
    .map((one) => `${uuid} ${one.id}`)
}

describe('with the dashboard as the only source of participants', () => {
  let synced: Synced
  beforeAll(async () => {
    synced = await sync({ scopes: without(scopeOf.report, scopeOf.past_webinars) })
  }, 240_000)

  it('has every connection, without those of the waiting room, which only the reason of leaving tells', async () => {
    await expectAllFrom(synced, 'metrics')
    expect([synced.asked('report'), synced.asked('past_webinars')]).toEqual([1, 1])
  })

  it('makes sessions from times, since its rows have no duration', async () => {
    const [raw] = await queryRaw(
      synced.account.dataDir,
      'select count(*) as rows, count(duration_seconds) as durations from raw.participants',
    )
    expect(raw).toMatchObject({ durations: 0 })
    const [sessions] = await synced.ask(
      `select count(*) as sessions,
           count(*) filter (duration <= 0 or duration <> epoch(leave_time) - epoch(join_time)) as wrong
       from marts.zoom_participant_sessions`,
    )
    expect(Number(sessions?.sessions)).toBeGreaterThan(500)
    expect(sessions).toMatchObject({ wrong: '0' })
  })

  it('takes roles from it', async () => {
    const roles = await synced.ask(
      'select role, count(*)::integer as participants from marts.zoom_participants group by role order by role',
    )
    const truth = trueInstances(synced)
    const hosts = truth.reduce((sum, one) => sum + one.hosts, 0)
    expect(roles.find((row) => row.role === 'host')).toEqual({ role: 'host', participants: hosts })
    expect(roles.map((row) => row.role)).toEqual(['attendee', 'host', 'panelist'])
  })
})

describe('where no source of participants is open', () => {
  let synced: Synced
  beforeAll(async () => {
    // The third source is closed by the plan, not by a scope.
    synced = await sync({ plan: 'pro', scopes: without(scopeOf.report, scopeOf.past_webinars) })
  }, 240_000)

  it('calls every instance denied, names the scope and the instance, and exits with 3', async () => {
    const completeness = await readCompleteness(synced.account.dataDir)
    const denied = completeness.attention.filter((one) => one.stream === 'participants')
    expect(denied).toHaveLength(completeness.instances)
    for (const { status, reason, subject } of denied) {
      expect(status).toBe('denied')
      expect(reason).toContain(`Add the scope ${scopeOf.report}`)
      expect(reason).toContain(uuidPath(subject.replace('instance:', '')))
    }
    expect(exitCodeOf(completeness, synced.summary)).toBe(3)
    expect(await synced.ask('select count(*)::integer as n from marts.zoom_participants')).toEqual([{ n: 0 }])
  })

  it('asks each source once, not once for every instance', () => {
    expect([synced.asked('report'), synced.asked('past_webinars'), synced.asked('metrics')]).toEqual([
      1, 1, 1,
    ])
  })
})

describe('on a plan without a dashboard', () => {
  it('reads all from the reports, and asks the dashboard once', async () => {
    const account = await openTestAccount({ now }, { plan: 'pro' })
    accounts.push(account)
    await account.extract({ concurrency: 1 })
    const captures = await queryRaw(
      account.dataDir,
      `select instance_uuid as uuid, source_endpoint as source, captured_rows as rows
       from raw.captures where stream = 'participants' and status in ('complete', 'empty') order by uuid`,
    )
    const available = model.instances.filter((one) => one.isAvailable)
    expect(captures).toEqual(
      available
        .map((one) => ({ uuid: one.uuid, source: 'report', rows: one.rows.length }))
        .sort((a, b) => (a.uuid < b.uuid ? -1 : 1)),
    )
    const lists = account.simulator.requests().filter(({ path }) => path === '/v2/metrics/webinars')
    expect(lists).toHaveLength(1)
  })
})

describe('on a plan without reports', () => {
  it('says that the account is refused, and takes no user for one without webinars', async () => {
    const account = await openTestAccount({ now }, { plan: 'free' })
    accounts.push(account)
    const { routes } = await account.extract({ concurrency: 1 })
    const statuses = (stream: string, source: string) => [
      ...new Set(
        routes
          .find((route) => route.stream === stream && route.source === source)
          ?.outcomes.map(({ verdict }) => verdict.status),
      ),
    ]
    expect(statuses('users', 'users')).toEqual(['complete'])
    expect(statuses('instances', 'history_meetings')).toEqual(['denied'])
    expect(statuses('instances', 'user_reports')).toEqual(['denied'])
    expect(statuses('webinars', 'users')).toEqual(['denied'])
    const asked = account.simulator.requests().filter(({ path }) => path.startsWith('/v2/report/users/'))
    expect(asked).toHaveLength(1)
  })
})

describe('when one source fails an instance', () => {
  const [missing, expired, short, promising, blank] = model.instances.filter(
    (one) => one.isAvailable && one.rows.length > 20,
  ) as [Instance, Instance, Instance, Instance, Instance]
  const hostless = model.webinars.find((one) => one.isListed && one.registrants.length > 0)
  let synced: Synced
  beforeAll(async () => {
    const answers = new Map<string, { status: number; body: unknown }>([
      [
        reportOf(missing),
        { status: 404, body: { code: 3001, message: `Meeting does not exist: ${missing.uuid}.` } },
      ],
      [
        reportOf(expired),
        { status: 400, body: { code: 12702, message: 'Can not access a webinar a year ago.' } },
      ],
      [reportOf(short), { status: 200, body: page(short.rows.slice(3), short.rows.length) }],
      [reportOf(promising), { status: 200, body: page(promising.rows, promising.rows.length + 5) }],
      [reportOf(blank), { status: 200, body: page([], 0) }],
      [
        `/v2/webinars/${hostless?.id}/registrants`,
        {
          status: 400,
          body: {
            code: 3161,
            message: 'Meeting hosting and scheduling capabilities are not allowed for your user account.',
          },
        },
      ],
    ])
    synced = await sync({ intercept: ({ path }) => answers.get(path) ?? null })
  }, 240_000)

  it.each([
    ['404', missing],
    ['too old', expired],
    ['fewer rows than it promised', short],
    ['no rows where another route saw people', blank],
  ])('takes past_webinars where the report says %s', async (_, instance) => {
    const truth = trueInstances(synced).find((one) => one.zoom_uuid === instance.uuid)
    expect((await figuresOf(synced)).get(instance.uuid)).toEqual({
      rows: truth?.rows,
      connections: truth?.connections,
      connected_duration: truth?.connected_duration,
      status: 'complete',
      source: 'past_webinars',
    })
  })

  it('keeps the poorer capture beside it, with what it promised', async () => {
    const captures = await queryRaw(
      synced.account.dataDir,
      `select source_endpoint as source, status, expected_rows as expected, captured_rows as captured
       from raw.captures where stream = 'participants' and instance_uuid = $uuid order by capture_id`,
      { uuid: short.uuid },
    )
    const all = short.rows.length
    expect(captures).toEqual([
      { source: 'report', status: 'partial', expected: all, captured: all - 3 },
      { source: 'past_webinars', status: 'complete', expected: all, captured: all },
    ])
  })

  it('asks every source where one promised more than the next has, and says what is missing', async () => {
    const uuid = uuidPath(promising.uuid)
    const asked = synced.account.simulator
      .requests()
      .filter(({ path }) => path.includes(uuid) && path.endsWith('/participants'))
    expect(asked.map(({ path }) => path.split('/')[2])).toEqual(['report', 'past_webinars', 'metrics'])
    const { attention } = await readCompleteness(synced.account.dataDir)
    expect(
      attention.find((one) => one.stream === 'participants' && one.subject === `instance:${promising.uuid}`),
    ).toMatchObject({
      status: 'partial',
      expected: promising.rows.length + 5,
      captured: promising.rows.length,
    })
  })

  it('gives up an instance that is too old only after every source said so', async () => {
    const old = model.instances.find((one) => !one.isAvailable) as Instance
    const captures = await queryRaw(
      synced.account.dataDir,
      `select source_endpoint as source, status from raw.captures
       where stream = 'participants' and instance_uuid = $uuid order by capture_id`,
      { uuid: old.uuid },
    )
    expect(captures).toEqual(
      ['report', 'past_webinars', 'metrics'].map((source) => ({ source, status: 'expired' })),
    )
    expect((await figuresOf(synced)).get(old.uuid)).toMatchObject({ status: 'expired', rows: 0 })
  })

  it('does not take the plan one host lacks for the plan of the account', async () => {
    const statuses = await queryRaw<{ webinar_id: number; status: string }>(
      synced.account.dataDir,
      `select distinct webinar_id, status from raw.captures where stream = 'registrants' order by all`,
    )
    expect(statuses.filter((one) => one.status === 'denied')).toEqual([
      { webinar_id: hostless?.id, status: 'denied' },
    ])
    const complete = statuses.filter((one) => one.status === 'complete').map((one) => one.webinar_id)
    expect(complete.length).toBeGreaterThan(1)
    expect(complete).not.toContain(hostless?.id)
  })
})

function pastOf(instance: Instance): string {
  return `/v2/past_webinars/${uuidPath(instance.uuid)}/participants`
}

function reportOf(instance: Instance): string {
  return `/v2/report/webinars/${uuidPath(instance.uuid)}/participants`
}

/** A last page of the report of participants. */
function page(rows: readonly Row[], total_records: number) {
  const iso = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
  const participants = rows.map((row) => ({
    id: row.userId,
    user_id: String(row.order),
    name: row.name,
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: row.leave - row.join,
    registrant_id: row.registrantId,
    status: row.isWaiting ? 'in_waiting_room' : 'in_meeting',
  }))
  return { page_count: 1, page_size: 300, total_records, next_page_token: '', participants }
}
