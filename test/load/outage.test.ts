import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { expect, it } from 'vitest'
import { contentHash } from '../../load/contentHash.ts'
import { startEmbedded } from '../../load/embedded.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { createSmallWarehouse, loadMarts, row, scratchFolder, smallAccount } from './loading.ts'

/** A connection that keeps a load from finishing: it waits for the last table, everything else is written. */
async function holdLastTable(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('begin')
  await client.query('lock table rollcall_runs in share mode')
  return client
}

async function loadWaits(url: string): Promise<void> {
  for (;;) {
    const found = await query(
      url,
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'rollcall'
       and wait_event_type = 'Lock' and wait_event = 'relation'`,
    )
    if (found.length > 0) return
    await delay(10)
  }
}

function changed() {
  const marts = smallAccount()
  row(marts, 'zoom_people', 'ann').display_name = 'Ann Other'
  return marts
}

it('a server that is stopped at once in the middle of a load, and started again, ends with the whole load', async () => {
  const dataDir = await scratchFolder()
  const server = await startEmbedded({ dataDir })
  let again: Awaited<ReturnType<typeof startEmbedded>> | undefined
  try {
    await loadMarts(server.url, smallAccount())
    const before = await contentHash(server.url)
    const holder = await holdLastTable(server.url)
    const loading = loadMarts(server.url, changed())
    await loadWaits(server.url)
    const cut = new Promise((resolve) => holder.once('end', resolve))
    // What `pg_ctl stop -m immediate` does: no checkpoint, no goodbye; the next start recovers from the log.
    const pid = Number(
      (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0],
    )
    process.kill(pid, 'SIGQUIT')
    await cut
    again = await startEmbedded({ dataDir })
    expect(again.url).toBe(server.url)
    expect(await loading).toMatchObject({ unitsChanged: 1 })
    const after = await contentHash(again.url)
    expect(after).not.toBe(before)
    const { url } = await createTestDatabase()
    await loadMarts(url, changed())
    expect(after).toBe(await contentHash(url))
  } finally {
    await (again ?? server).stop()
  }
}, 60_000)

it('a deadlock with somebody else is tried again, and no reader sees half of the load', async () => {
  const url = await createSmallWarehouse()
  const reader = new pg.Client({ connectionString: url })
  await reader.connect()
  const seen = new Set<string>()
  let isDone = false
  const reading = (async () => {
    while (!isDone) {
      const { rows } = await reader.query(
        `select (select string_agg(display_name, ',' order by display_name) from zoom_people) || '|'
           || (select count(*) from zoom_participants) || '|' || (select count(*) from rollcall_runs) as state`,
      )
      seen.add(rows[0].state)
    }
  })()
  const other = await holdLastTable(url)
  // The server ends whoever looks for deadlocks first; the other one is patient, so that it is the load.
  await other.query("set local deadlock_timeout = '1min'")
  const pauses_ms: number[] = []
  const effects = { now: () => new Date(), sleep: async (pause_ms: number) => pauses_ms.push(pause_ms) }
  const loading = loadMarts(url, changed(), {
    effects,
    run: {
      id: '20260506T010000000Z-acc',
      kind: 'sync',
      account_id: 'acc',
      started_at: new Date('2026-05-06T01:00:00Z'),
      software_version: '0.0.0-test',
    },
  })
  await loadWaits(url)
  // Waits for rows the load deleted, while the load waits for our table.
  await other.query("update zoom_people set display_name = 'Somebody Else'")
  expect(pauses_ms).toEqual([500])
  await other.query('rollback')
  await other.end()
  expect(await loading).toMatchObject({ unitsChanged: 1 })
  isDone = true
  await reading
  await reader.end()
  expect([...seen].filter((state) => !/^Ann Other,.*\|4\|2$/.test(state))).toHaveLength(1)
  expect(seen.size).toBeLessThanOrEqual(2)
}, 60_000)
