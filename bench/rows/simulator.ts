import { Pool } from 'undici'
import { serveAccount } from '../account.ts'
import { tokenOf } from '../listings.ts'
import { type BenchRow, type Figures, known, type Place } from '../row.ts'

/**
 * Pages of 300 rows of the participants report that the simulator serves a second of its own processor time, over
 * four connections. It is what the other rows read from: where it were slow, they would measure it.
 */
export const simulator: BenchRow = {
  what: 'pages the simulator serves',
  against: null,
  unit: 'pages',
  sizes: { small: 40, full: 4_000 },
  ours,
  checks: (ours) => [
    known('a second of its processor time', (ours.pages as number) / ours.seconds, 'pages/s'),
    known('of', (ours.bytes as number) / (ours.pages as number) / 1000, 'kB'),
  ],
}

async function ours({ size }: Place): Promise<Figures> {
  const account = await serveAccount({ scale: 'demo', plan: null })
  const pool = new Pool(new URL(account.apiUrl).origin, { connections: 4, pipelining: 1 })
  const headers = { authorization: `Bearer ${await tokenOf(account)}` }
  const path = `${account.largestReport}?page_size=300&include_fields=registrant_id`
  let left = size
  let bytes = 0
  const read = async () => {
    while (left-- > 0) {
      const { body } = await pool.request({ method: 'GET', path, headers })
      for await (const chunk of body) bytes += (chunk as Buffer).length
    }
  }
  await Promise.all([read(), read(), read(), read()])
  await pool.close()
  const { cpuSeconds } = await account.stop()
  return { seconds: cpuSeconds, pages: size, bytes }
}
