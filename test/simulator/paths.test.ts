import { expect, test } from 'vitest'
import { connect, once, twice } from './client.ts'

const report = (id: string) => `/report/webinars/${id}/participants`

test('a uuid that begins with a slash answers only when encoded twice', async () => {
  const { account, get } = await connect()
  const uuid = account.instances.map((i) => i.uuid).find((text) => text.startsWith('/')) as string
  expect((await get(report(twice(uuid)))).status).toBe(200)
  const lost = await get(report(once(uuid)))
  expect(lost.status).toBe(404)
  expect(lost.body).toEqual({ code: 3001, message: `Meeting does not exist: ${uuid.slice(1)}.` })
  expect((await get(report(uuid))).status).toBe(404)
})

test('a uuid with two slashes in a row answers only when encoded twice', async () => {
  const { account, get } = await connect()
  const uuid = account.instances.map((i) => i.uuid).find((text) => text.includes('//')) as string
  expect((await get(report(twice(uuid)))).status).toBe(200)
  const lost = await get(report(once(uuid)))
  expect([lost.status, lost.body.code]).toEqual([404, 3001])
})

test('all other uuids answer to one and to two encodings alike', async () => {
  const { account, get } = await connect()
  const plain = account.instances.filter(
    ({ uuid, isAvailable }) => isAvailable && !uuid.startsWith('/') && !uuid.includes('//'),
  )
  expect(plain.some(({ uuid }) => uuid.includes('/'))).toBe(true)
  expect(plain.some(({ uuid }) => uuid.includes('+'))).toBe(true)
  for (const { uuid, rows } of plain) {
    const [one, two] = [await get(report(once(uuid))), await get(report(twice(uuid)))]
    expect(one.status).toBe(200)
    expect(one.body.total_records).toBe(rows.length)
    expect(two.body.participants).toEqual(one.body.participants)
  }
})

test('the numeric id answers for the latest instance only', async () => {
  const { account, get } = await connect()
  for (const webinar of account.webinars) {
    const { status, body } = await get(report(String(webinar.id)))
    if (webinar.instances.length === 0) expect([status, body.code]).toEqual([404, 3001])
    else expect(body.total_records).toBe(webinar.instances.at(-1)?.rows.length)
  }
})

test('what names nothing is told so', async () => {
  const { account, get } = await connect()
  expect((await get(report('99999999999'))).body).toEqual({
    code: 3001,
    message: 'Webinar does not exist: 99999999999.',
  })
  expect(await get('/webinars/abc==')).toMatchObject({
    status: 400,
    body: { code: 300, message: 'Invalid webinar ID.' },
  })
  expect((await get('/no/such/thing')).body).toEqual({
    code: 2300,
    message: 'This API endpoint is not recognized.',
  })
  const meeting = account.meetings[0]
  expect((await get(report(String(meeting?.id)))).body).toEqual({
    code: 300,
    message: `Can not access meeting info, ${meeting?.id}`,
  })
})

test('an instance older than a year is refused by reports and unknown to past webinars', async () => {
  const { account, get } = await connect()
  const old = twice(account.instances[0]?.uuid as string)
  const refusal = { status: 400, body: { code: 12702, message: 'Can not access a webinar a year ago.' } }
  for (const path of [
    report(old),
    `/report/webinars/${old}`,
    `/report/webinars/${old}/polls`,
    `/metrics/webinars/${old}/participants?type=past`,
  ])
    expect(await get(path)).toMatchObject(refusal)
  expect(await get(`/past_webinars/${old}/participants`)).toMatchObject({ status: 404, body: { code: 3001 } })
})
