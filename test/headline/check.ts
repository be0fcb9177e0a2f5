import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { extract } from '../../extract/extract.ts'
import { contentHash } from '../../load/contentHash.ts'
import { startEmbedded } from '../../load/embedded.ts'
import { load } from '../../load/load.ts'
import { createAccount } from '../../simulator/account.ts'
import { startSimulator } from '../../simulator/server.ts'
import { truthOf } from '../../simulator/truth.ts'
import { transform } from '../../transform/transform.ts'
import { compareWithTruth } from '../truth/compare.ts'

/*
 * Goal: at the size the project was born from, the warehouse agrees with the account's truth in every figure, and a
 * second run changes nothing. Method: the real stages into a real Postgres, in a folder that is removed afterwards.
 * Too slow for the test suite, which does the same at a smaller scale.
 */
const { values } = parseArgs({
  options: { scale: { type: 'string', default: 'headline' }, seed: { type: 'string', default: '1' } },
})
const scale = values.scale as 'tiny' | 'demo' | 'headline'
const account = createAccount({ scale, seed: Number(values.seed), now: new Date('2026-06-15T00:00:00Z') })
const truth = truthOf(account)
const simulator = await startSimulator({ account, rateLimits: false, plan: 'business' })
const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-headline-'))
const warehouse = await startEmbedded({ dataDir })
let failures = 0
try {
  const clock = () => Date.parse('2026-06-15T12:00:00Z')
  const run = async (mode: 'full' | 'incremental') => {
    const extracted = await timed(`extract ${mode}`, () =>
      extract(
        {
          dataDir,
          accountId: simulator.accountId,
          clientId: simulator.clientId,
          clientSecret: simulator.clientSecret,
          apiUrl: simulator.apiUrl,
          oauthUrl: simulator.oauthUrl,
          plan: 'unlimited',
          mode,
        },
        { clock },
      ),
    )
    await timed('transform', () => transform({ dataDir }))
    await timed('load', () =>
      load({
        catalogPath: path.join(dataDir, 'rollcall.duckdb'),
        databaseUrl: warehouse.url,
        run: {
          id: extracted.runId,
          kind: 'sync',
          account_id: simulator.accountId,
          started_at: new Date(clock()),
          software_version: 'check',
        },
        tempDir: path.join(dataDir, 'load'),
      }),
    )
    return extracted
  }
  await run('full')
  const differences = await timed('compare', () => compareWithTruth(warehouse.url, truth))
  for (const { what, truth: expected, warehouse: found } of differences.slice(0, 50)) {
    report(`${what}: truth ${expected}, warehouse ${found}`)
  }
  failures += differences.length
  const { totals } = truth
  report(`truth      ${JSON.stringify(totals)}`)
  report(
    `warehouse  ${differences.length === 0 ? 'agrees in every figure' : `differs in ${differences.length} figures`}`,
  )

  const before = await timed('content hash', () => contentHash(warehouse.url))
  const again = await run('incremental')
  const after = await contentHash(warehouse.url)
  if (after !== before || again.capturedInstances > 0) failures += 1
  report(
    after === before
      ? `second run changed nothing (${before}), instances read again: ${again.capturedInstances}`
      : `second run changed the warehouse: ${before} became ${after}`,
  )
} finally {
  await warehouse.stop()
  await simulator.close()
  await rm(dataDir, { recursive: true, force: true })
}
process.exitCode = failures === 0 ? 0 : 1

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  report(`${name.padEnd(20)} ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}

function report(line: string): void {
  process.stdout.write(`${line}\n`)
}
