import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Intercept, type Simulator, startSimulator } from '../../simulator/server.ts'
import { type CliResult, environmentOf, rollcall } from '../pipelines/cli.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { tinyAccount } from './pipeline.ts'
import { filesIn, rowsIn, type Trace, warehouseRows } from './traces.ts'

/*
 * Client secret, access tokens and personal join links are written nowhere: not by a sync that succeeds, and not by
 * those that fail on answers that echo every secret they were sent.
 */

const account = tinyAccount()
const wrongSecret = 'wrong-secret-Zq81xVb'
const link = 'https://zoom.us/w/91234567890?tk=PERSONALtoken77.abc&pwd=PASS99word&uuid=WN_x'
const startLink = 'https://zoom.us/s/91234567890?zak=ZAKtoken55'
/** Whatever `Authorization` header was ever sent. */
const headers = new Set<string>()
let phase: 'calm' | 'echo' | 'quota' = 'calm'
let asked = 0

const intercept: Intercept = ({ path: asked_path, headers: sent }) => {
  const authorization = String(sent.authorization)
  headers.add(authorization)
  if (asked_path === '/oauth/token') {
    const given = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    if (!given.endsWith(wrongSecret)) return null
    return {
      status: 400,
      body: { reason: `Refused ${authorization} alias ${given}`, error: 'invalid_client' },
    }
  }
  if (phase === 'calm') return null
  asked += 1
  const echo = `Authorization: ${authorization} for ${link} and ${startLink}`
  if (phase === 'quota') {
    if (asked < 60) return null
    return { status: 429, body: { code: 429, message: `You have exceeded the daily rate limit. ${echo}` } }
  }
  const person = { join_url: link, start_url: startLink, comments: echo, token: authorization }
  switch (asked % 9) {
    case 0:
      return { status: 400, body: { code: 9999, message: echo } }
    case 1:
      return { status: 403, body: `<html>${echo}<pre>{"join_url":"${link}"}</pre></html>` }
    case 2:
      return { status: 302, headers: { location: link }, body: echo }
    case 3:
      // Cut in the middle of a link: what came is kept as a reject.
      return { status: 200, body: JSON.stringify({ participants: [person], echo }).slice(0, -9) }
    case 4:
      // Rows that have to be refused are kept as they came.
      return {
        status: 200,
        body: {
          participants: [person],
          registrants: [person],
          users: [person],
          panelists: [person],
          questions: [person],
        },
      }
    case 5:
      return { status: 200, body: { unexpected: [person, echo], password: 'PASS99word' } }
    default:
      return null
  }
}

let simulator: Simulator
let folder: string
let databaseUrl: string
const printed: Trace[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-secrets-'))
  simulator = await startSimulator({ account, rateLimits: false, intercept, pageSizeMax: 50 })
  databaseUrl = (await createTestDatabase()).url
})
afterAll(async () => {
  await simulator?.close()
  await rm(folder, { recursive: true, force: true })
})

async function run(args: string[], more: Record<string, string> = {}): Promise<CliResult> {
  const result = await rollcall(
    args,
    {
      ...environmentOf(simulator),
      DATABASE_URL: databaseUrl,
      ROLLCALL_DATA_DIR: path.join(folder, 'data'),
      ...more,
    },
    folder,
  )
  printed.push({ place: `rollcall ${args.join(' ')}`, text: result.stdout + result.stderr })
  return result
}

/** Lines that hold a secret, as place and secret; never the line itself. */
function found(traces: readonly Trace[]): string[] {
  const basic = [simulator.clientSecret, wrongSecret].map((secret) =>
    Buffer.from(`${simulator.clientId}:${secret}`).toString('base64'),
  )
  const secrets = [
    simulator.clientSecret,
    wrongSecret,
    ...basic,
    ...[...headers].map((header) => header.replace(/^\w+ /, '')),
    'tk=',
    'zak=',
    'pwd=',
    'PERSONALtoken',
    'ZAKtoken',
    'PASS99word',
    '/w/join',
    'zoom.us/w/',
    'zoom.us/s/',
    'tk%3D',
    '299492849',
  ]
  const forms = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ])
  // Packed bytes are three letters by chance, now and then; rows are searched unpacked.
  const isByChance = (place: string, secret: string) => place.endsWith('.parquet') && secret.length < 6
  return traces.flatMap(({ place, text }) =>
    // A blanked link keeps its parameter's name.
    forms
      .filter((secret) => !isByChance(place, secret))
      .filter((secret) => text.replace(/(tk|zak|pwd)(=|%3D)\[removed\]/gi, '').includes(secret))
      .map((secret) => `${place}: ${secret}`),
  )
}

test('no secret is left behind by syncs that fail, stop and succeed', { timeout: 240_000 }, async () => {
  const data = path.join(folder, 'data')
  expect((await run(['sync', '--debug'], { ZOOM_CLIENT_SECRET: wrongSecret })).code).toBe(1)
  phase = 'quota'
  expect((await run(['extract', '--full'])).code).toBe(3)
  phase = 'echo'
  asked = 0
  const failing = await run(['extract', '--full', '--debug'])
  expect([1, 3]).toContain(failing.code)
  expect(found([...(await filesIn(data)), ...(await rowsIn(data, false))])).toEqual([])
  phase = 'calm'
  expect([0, 3]).toContain((await run(['sync', '--full', '--json'])).code)
  await run(['status', '--json'])
  await run(['sql', 'select reason, raw from raw.rejects limit 20'])
  await run(['verify', '--json'])

  const rows = await rowsIn(data, true)
  const warehouse = await warehouseRows(databaseUrl)
  // The search finds what is there: an address of somebody who registered.
  const address = account.webinars.flatMap(({ registrants }) => registrants)[0]?.email as string
  expect(rows.some(({ place, text }) => place.includes('raw."registrants"') && text.includes(address))).toBe(
    true,
  )
  expect(warehouse.some(({ text }) => text.includes(address))).toBe(true)
  expect(rows.find(({ place }) => place.includes('"rejects"'))?.text).toContain('[removed]')
  expect(headers.size).toBeGreaterThan(3)

  const logs = (await filesIn(path.join(data, 'logs'))).map(({ text }) => text)
  expect(logs).toHaveLength(4)
  expect(logs.some((text) => text.includes('"msg":"wait"') || text.includes('"status":"failed"'))).toBe(true)
  expect(logs.join('\n')).not.toMatch(/[\w.]+(@|%40)[\w-]+\.\w/)

  expect(found(printed)).toEqual([])
  expect(found([...(await filesIn(data)), ...rows, ...warehouse])).toEqual([])
})
