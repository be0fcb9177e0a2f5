/** A process to be killed: writes pages as fast as it can and says after each that it is durable. */
import { openRawZone } from '../../../extract/raw/zone.ts'
import { instance, pageOf, parseBody, participants } from './zonePages.ts'

const [dataDir, runId] = process.argv.slice(2) as [string, string]
const zone = await openRawZone({
  dataDir,
  accountId: 'acc',
  runId,
  segmentRows: 400,
  journalFileBytes: 20_000,
  parse: (_stream, _source, body) => parseBody(body),
})
await zone.flush()
let name = zone.stats().captures + 1_000 * process.pid
await Promise.all(
  Array.from({ length: 3 }, async () => {
    for (;;) {
      const uuid = `${name++}==`
      const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance(uuid) })
      for (let page = 1; page <= 4; page++) {
        await writer.page(
          pageOf({ rows: participants(page * 10, 10), next: page < 4 ? `t${page}` : undefined }),
        )
        process.stdout.write(`${writer.captureId} ${page}\n`)
      }
      await writer.end({ status: 'complete' })
      process.stdout.write(`${writer.captureId} end\n`)
    }
  }),
)
