import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Pool } from 'undici'
import { createAccount } from '../simulator/account.ts'
import { startSimulator } from '../simulator/server.ts'

/**
 * How many pages of 300 rows of the participants report the simulator serves a second of its own processor time:
 * `node bench/simulator.ts [seconds]`. The server runs in a process of its own, so the client's work is not in it.
 */
interface Ready {
  origin: string
  path: string
  token: string
}

if (process.send === undefined) await measure(Number(process.argv[2] ?? 3))
else await serve(process.send.bind(process))

async function serve(send: (message: Ready | { cpuSeconds: number }) => void): Promise<void> {
  const account = createAccount({ scale: 'demo', now: new Date('2026-05-01T00:00:00Z') })
  const simulator = await startSimulator({ account, rateLimits: false })
  const login = await fetch(simulator.oauthUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${simulator.clientId}:${simulator.clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'account_credentials', account_id: simulator.accountId }),
  })
  const { access_token: token } = (await login.json()) as { access_token: string }
  const largest = account.instances.reduce((a, b) => (b.rows.length > a.rows.length ? b : a))
  const uuid = encodeURIComponent(encodeURIComponent(largest.uuid))
  const path = `/v2/report/webinars/${uuid}/participants?page_size=300&include_fields=registrant_id`
  // The first pages pay for writing the rows' texts and for compiling.
  for (let i = 0; i < 50; i++)
    await (
      await fetch(new URL(path, simulator.apiUrl), { headers: { authorization: `Bearer ${token}` } })
    ).arrayBuffer()
  const before = process.cpuUsage()
  process.once('message', () => {
    const { user, system } = process.cpuUsage(before)
    send({ cpuSeconds: (user + system) / 1e6 })
    process.disconnect()
    void simulator.close()
  })
  send({ origin: new URL(simulator.apiUrl).origin, path, token })
}

async function measure(seconds: number): Promise<void> {
  const server = fork(import.meta.filename)
  const [ready] = (await once(server, 'message')) as [Ready]
  const pool = new Pool(ready.origin, { connections: 4, pipelining: 1 })
  const until = performance.now() + seconds * 1000
  let pages = 0
  let bytes = 0
  const read = async () => {
    while (performance.now() < until) {
      const { body } = await pool.request({
        method: 'GET',
        path: ready.path,
        headers: { authorization: `Bearer ${ready.token}` },
      })
      for await (const chunk of body) bytes += (chunk as Buffer).length
      pages++
    }
  }
  await Promise.all([read(), read(), read(), read()])
  server.send('stop')
  const [{ cpuSeconds }] = (await once(server, 'message')) as [{ cpuSeconds: number }]
  process.stdout.write(
    `${Math.round(pages / cpuSeconds)} pages/s of processor time (${Math.round(pages / seconds)} a second of the clock), ` +
      `${Math.round(bytes / pages / 1000)} kB a page\n`,
  )
  await pool.close()
}
