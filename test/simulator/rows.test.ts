import { expect, test } from 'vitest'
import { connect, twice } from './client.ts'
import type { ServedRow } from './reading.ts'

test('the registrant id comes only when asked for, and never from past webinars', async () => {
  const { account, get } = await connect()
  const uuid = twice(account.webinars[1]?.instances[0]?.uuid as string)
  const keys = async (path: string) => Object.keys((await get(path)).body.participants[0])
  expect(await keys(`/report/webinars/${uuid}/participants`)).not.toContain('registrant_id')
  expect(await keys(`/report/webinars/${uuid}/participants?include_fields=registrant_id`)).toContain(
    'registrant_id',
  )
  expect(await keys(`/past_webinars/${uuid}/participants?include_fields=registrant_id`)).not.toContain(
    'registrant_id',
  )
  expect(await keys(`/metrics/webinars/${uuid}/participants?type=past`)).not.toContain('registrant_id')
  expect(
    await keys(`/metrics/webinars/${uuid}/participants?type=past&include_fields=registrant_id`),
  ).toContain('registrant_id')
})

test('each endpoint has its own names of fields', async () => {
  const { account, get } = await connect()
  const instance = account.webinars[1]?.instances[0]
  const uuid = twice(instance?.uuid as string)
  const row = async (path: string) => (await get(path)).body.participants[0]
  expect(Object.keys(await row(`/past_webinars/${uuid}/participants`)).sort()).toEqual(
    'duration,failover,id,internal_user,join_time,leave_time,name,status,user_email,user_id'.split(','),
  )
  const metrics = await row(`/metrics/webinars/${uuid}/participants?type=past`)
  expect(metrics).toMatchObject({
    role: expect.stringMatching(/^(host|panelist|attendee)$/),
    user_name: expect.any(String),
    email: expect.any(String),
  })
  for (const name of ['duration', 'name', 'user_email']) expect(metrics).not.toHaveProperty(name)
})

test('the dashboard answers about live webinars unless told otherwise, and nothing is live', async () => {
  const { account, get } = await connect()
  const uuid = twice(account.webinars[1]?.instances[0]?.uuid as string)
  expect((await get(`/metrics/webinars/${uuid}/participants`)).body.participants).toEqual([])
  expect((await get('/metrics/webinars?from=2026-04-01&to=2026-04-30')).body.webinars).toEqual([])
  expect(
    (await get('/metrics/webinars?from=2026-04-01&to=2026-04-30&type=past')).body.webinars.length,
  ).toBeGreaterThan(0)
})

test('the dashboard hides the ids of people outside the account, the report does not', async () => {
  const { account, all } = await connect()
  const uuid = twice(account.webinars[2]?.instances[0]?.uuid as string)
  const members = new Set(account.users.map((user) => user.id))
  const metrics = await all<{ id: string }>(
    `/metrics/webinars/${uuid}/participants?type=past`,
    'participants',
  )
  const report = await all<ServedRow>(`/report/webinars/${uuid}/participants`, 'participants')
  expect(metrics.every(({ id }) => id === '' || members.has(id))).toBe(true)
  expect(report.some((row) => row.participant_user_id !== '' && !members.has(row.participant_user_id))).toBe(
    true,
  )
})

test('user ids count the joins of an instance and recur in every other', async () => {
  const { account, all } = await connect()
  for (const instance of account.webinars[0]?.instances.slice(0, 2) ?? []) {
    const rows = await all<ServedRow>(
      `/report/webinars/${twice(instance.uuid)}/participants?page_size=300`,
      'participants',
    )
    const joins = [...new Map(rows.map((row) => [row.user_id, row])).values()]
    expect(joins.map((row) => Number(row.user_id))).toEqual(
      joins.map((_, index) => 2 ** 24 + 1024 * (index + 1)),
    )
    const times = joins.map((row) => row.join_time)
    expect(times).toEqual([...times].sort())
  }
})

test.each([1, 2, 3])('a tiny account has every trap in its rows (seed %i)', async (seed) => {
  const { account, all } = await connect({ seed })
  const found = new Set<string>()
  for (const instance of account.instances) {
    if (!instance.isAvailable) continue
    const rows = await all<ServedRow & { duration: number; failover: boolean }>(
      `/report/webinars/${twice(instance.uuid)}/participants?page_size=300&include_fields=registrant_id`,
      'participants',
    )
    if (rows.length === 0) found.add('nobody came')
    const texts = rows.map((row) => JSON.stringify(row))
    if (new Set(texts).size < texts.length) found.add('exact duplicate')
    const parted = texts.findIndex((text, index) => texts.indexOf(text) < index - 1)
    if (parted >= 0) found.add('duplicate far from its row')
    for (const row of rows) {
      expect(row.duration).toBe((Date.parse(row.leave_time) - Date.parse(row.join_time)) / 1000)
      if (row.status === 'in_waiting_room') found.add('waiting room')
      if (row.duration === 0) found.add('zero length')
      if (row.bo_mtg_id !== undefined) found.add('breakout')
      if (row.name !== row.name.normalize('NFC')) found.add('decomposed name')
      if (/[^\x20-\x7e]/.test(row.name)) found.add('unicode name')
      if (/[,"]/.test(row.name)) found.add('quote or comma')
      if (/^\+\d/.test(row.name)) found.add('telephone')
      if (row.name === 'iPhone') found.add('device name')
      if (row.name.length > 150) found.add('very long name')
      if (row.failover) found.add('failover')
      const others = rows.filter(
        (other) => other !== row && other.registrant_id === row.registrant_id && row.registrant_id !== '',
      )
      for (const other of others) {
        if (other.join_time === row.leave_time && row.duration > 0) found.add('touching')
        if (other.join_time < row.leave_time && other.join_time > row.join_time) found.add('overlapping')
        if (
          other.bo_mtg_id !== undefined &&
          other.participant_user_id === '' &&
          row.participant_user_id !== ''
        )
          found.add('id lost in the breakout room')
        if (
          other.participant_user_id !== '' &&
          row.participant_user_id !== '' &&
          other.participant_user_id !== row.participant_user_id
        )
          found.add('two account users on one link')
      }
    }
  }
  const wanted = [
    'nobody came',
    'exact duplicate',
    'duplicate far from its row',
    'waiting room',
    'zero length',
    'breakout',
    'unicode name',
    'decomposed name',
    'very long name',
    'quote or comma',
    'telephone',
    'device name',
    'failover',
    'touching',
    'overlapping',
    'id lost in the breakout room',
    'two account users on one link',
  ]
  expect(wanted.filter((trap) => !found.has(trap))).toEqual([])
})
