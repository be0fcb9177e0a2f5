/** Writes one capture of many rows of 900 characters, in a process whose memory can be limited. */
import { openRawZone } from '../../../extract/raw/zone.ts'
import { instance, pageOf, parseBody } from './zonePages.ts'

const [dataDir, runId, count] = process.argv.slice(2) as [string, string, string]
const zone = await openRawZone({
  ...{ dataDir, accountId: 'acc', runId, heldBytesMax: 4_000_000, journalFileBytes: 4_000_000 },
  parse: (_stream, _source, body) => parseBody(body),
})
const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('a==') })
for (let first = 0; first < Number(count); first += 300) {
  const rows = Array.from({ length: 300 }, (_, at) => ({
    row: { user_id: String(first + at) },
    raw: `{"user_id":"${first + at}"}`.padEnd(900),
  }))
  await writer.page(pageOf({ rows, next: 'more' }))
}
await writer.end({ status: 'complete' })
await zone.close()
