import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkRows } from '../../extract/raw/checkRow.ts'
import { columnsOf } from '../../extract/raw/columns.ts'
import { queryRaw } from '../../extract/raw/query.ts'
import { openRawZone } from '../../extract/raw/zone.ts'
import type { Endpoint, Page } from '../../extract/zoom/endpoint.ts'
import { parsePage } from '../../extract/zoom/endpoints/catalogue.ts'
import { errorIn } from '../../extract/zoom/meanings.ts'
import { redactPage } from '../../extract/zoom/redact.ts'
import { load } from '../../load/load.ts'
import { transform } from '../../transform/transform.ts'
import { createTestDatabase } from '../postgres/testDatabase.ts'
import { type Items, itemsOf } from './items.ts'
import { variationOf } from './mutations.ts'
import { tinyAccount } from './pipeline.ts'
import { isFull } from './scope.ts'
import { validBodies } from './validBodies.ts'

/*
 * Variations of each endpoint's body: 10,000 with `npm run test:chaos`, some hundreds with every `npm test`. None may
 * crash a reader, and every item of a body is a row, a reject or a meeting that is no business of ours.
 */

const variations = isFull ? 10_000 : 150
/** So many of them go through the raw zone, the models and the warehouse as well. */
const stored = isFull ? 500 : 25
const bodies = await validBodies(tinyAccount())

/** As `exchange` and `capture` read an answer: what is no JSON becomes a refused page. */
function read(endpoint: Endpoint, text: string): { body: unknown; page: Page; text: string } {
  let body: unknown
  try {
    body = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { body: text, page: endpoint.parse(text), text: JSON.stringify(text) }
  }
  expect(errorIn(body)).toBeNull()
  const redacted = redactPage(body, text.replace(/^\uFEFF/, ''))
  return { body, page: endpoint.parse(redacted.value), text: redacted.text }
}

describe.each(bodies.map((one) => [`${one.endpoint.stream} from ${one.endpoint.source}`, one] as const))(
  '%s',
  (name, { endpoint, body: valid }) => {
    test(`every item of ${variations} variations is accounted for`, { timeout: 300_000 }, () => {
      const columns = columnsOf(endpoint.stream)
      let rejects = 0
      let rows = 0
      for (let n = 0; n < variations; n++) {
        const { body, page } = read(endpoint, variationOf(valid, name, n))
        const where = `${name}, variation ${n}`
        checkRows(endpoint.stream, columns, page.rows)
        const items = itemsOf(endpoint, body)
        const refused = page.rejects.filter((reject) => reject.rowNumber === null)
        if (refused.length > 0) {
          expect([page.rows.length, page.rejects.length], where).toEqual([0, 1])
        } else {
          expect(items, where).not.toBeNull()
          const { count, meetings } = items as Items
          const unseen = count - page.rows.length - page.rejects.length
          expect(unseen, where).toBeGreaterThanOrEqual(0)
          expect(unseen, where).toBeLessThanOrEqual(meetings)
        }
        for (const reject of page.rejects) {
          expect(reject.reason, where).not.toBe('')
          expect(reject.raw.length, where).toBeGreaterThan(0)
        }
        rejects += page.rejects.length
        rows += page.rows.length
      }
      // Both ends are met, else this would prove nothing.
      expect(Math.min(rejects, rows)).toBeGreaterThan(variations / 50)
    })
  },
)

test('variations of all endpoints together go through the raw zone, the models and the warehouse', {
  timeout: 600_000,
}, async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-malformed-'))
  try {
    const zone = await openRawZone({
      dataDir,
      accountId: 'acc',
      runId: '20261015T000000000Z-acc',
      parse: parsePage,
    })
    const expected: Record<string, { rows: number; rejects: number }> = {}
    for (const { endpoint, subject, body } of bodies) {
      const { stream, source } = endpoint
      const count = expected[stream] ?? { rows: 0, rejects: 0 }
      expected[stream] = count
      const writer = zone.begin({ stream, source, subject })
      for (let n = 0; n < stored; n++) {
        const { page, text } = read(endpoint, variationOf(body, `stored ${stream} ${source}`, n))
        await writer.page({ page, text, fetchedAt: Date.UTC(2026, 9, 15), bytes: Buffer.byteLength(text) })
        count.rows += page.rows.length
        count.rejects += page.rejects.length
      }
      await writer.end({ status: 'partial', reason: 'some rows were rejected' })
    }
    await zone.close()
    for (const [stream, { rows, rejects }] of Object.entries(expected)) {
      const [found] = await queryRaw(
        dataDir,
        `select (select count(*) from raw.${stream}) as rows,
             (select count(*) from raw.rejects where stream = $stream) as rejects`,
        { stream },
      )
      expect({ stream, rows: Number(found?.rows), rejects: Number(found?.rejects) }).toEqual({
        stream,
        rows,
        rejects,
      })
    }
    await transform({ dataDir, memoryLimit: '2GB', threads: 1 })
    const database = await createTestDatabase()
    const summary = await load({
      catalogPath: path.join(dataDir, 'rollcall.duckdb'),
      databaseUrl: database.url,
      run: {
        id: 'malformed',
        kind: 'sync',
        account_id: 'acc',
        started_at: new Date(0),
        software_version: 'test',
      },
      tempDir: path.join(dataDir, 'load'),
    })
    expect(summary.rowsWritten).toBeGreaterThan(0)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
