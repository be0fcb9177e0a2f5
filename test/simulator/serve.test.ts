import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { request } from 'undici'
import { expect, test } from 'vitest'

const script = path.join(import.meta.dirname, '../../simulator/serve.ts')

function run(...options: string[]) {
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  child.stderr.on('data', (chunk) => {
    text += chunk
  })
  return { child, text: () => text }
}

test('the command prints the environment of a working account and stops when told', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'simulator-serve-'))
  const { child, text } = run('--scale', 'tiny', '--seed', '3', '--plan', 'pro', '--truth', dir)
  try {
    while (!text().includes('ZOOM_PLAN=') && child.exitCode === null) await once(child.stdout, 'data')
    const environment = Object.fromEntries(
      [...text().matchAll(/^(ZOOM_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    expect(Object.keys(environment)).toEqual([
      'ZOOM_API_URL',
      'ZOOM_OAUTH_URL',
      'ZOOM_ACCOUNT_ID',
      'ZOOM_CLIENT_ID',
      'ZOOM_CLIENT_SECRET',
      'ZOOM_PLAN',
    ])
    const basic = Buffer.from(`${environment.ZOOM_CLIENT_ID}:${environment.ZOOM_CLIENT_SECRET}`).toString(
      'base64',
    )
    const login = await request(
      `${environment.ZOOM_OAUTH_URL}?grant_type=account_credentials&account_id=${environment.ZOOM_ACCOUNT_ID}`,
      {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
      },
    )
    const { access_token: token } = (await login.body.json()) as { access_token: string }
    const users = await request(`${environment.ZOOM_API_URL}/users`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(users.statusCode).toBe(200)
    expect(users.headers['x-ratelimit-limit']).toBe('20')
    expect((await readdir(dir)).sort()).toEqual(['participants.ndjson', 'truth.json'])
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
    await rm(dir, { recursive: true })
  }
}, 120_000)

test.each([
  [['--seed', 'x'], 'expected a whole number, got x'],
  [['--now', 'soon'], 'expected an ISO 8601 time, got soon'],
  [['--plan', 'huge'], 'Allowed choices are free, pro, business'],
])(
  'a wrong option is refused: %j',
  async (options, message) => {
    const { child, text } = run(...options)
    const [code] = await once(child, 'close')
    expect(code).not.toBe(0)
    expect(text()).toContain(message)
  },
  20_000,
)
