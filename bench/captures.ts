import type { RawZone } from '../extract/raw/rawZone.ts'
import { openRawZone } from '../extract/raw/zone.ts'
import type { Subject } from '../extract/streams.ts'
import type { Endpoint } from '../extract/zoom/endpoint.ts'
import { endpointFor, parsePage } from '../extract/zoom/endpoints/catalogue.ts'
import { readPages } from '../extract/zoom/pages.ts'
import { answerOf } from './participantPages.ts'

/** A raw zone as a sync opens it. */
export function openBenchZone(folder: string, run: string): Promise<RawZone> {
  const runId = `20260501T09300${run}000Z-bench`
  return openRawZone({ dataDir: folder, accountId: 'bench', runId, parse: parsePage })
}

/**
 * Reads one listing of participants into the zone, from bodies instead of from Zoom.
 * @param done told of each body when its page is durable
 */
export async function captureBodies(
  zone: RawZone,
  instance: number,
  bodies: Iterable<Buffer>,
  done: (body: Buffer) => void = () => undefined,
): Promise<void> {
  const instanceUuid = `uuid${instance}==`
  const subject: Subject = {
    key: `instance:${instanceUuid}`,
    webinarId: 91_000_000_000,
    instanceUuid,
    instanceStart: '2026-05-01T10:00:00Z',
  }
  const stream = 'participants'
  const source = 'report'
  const answers = bodies[Symbol.iterator]()
  const client = {
    get: async (_label: unknown, _path: string, _query: unknown, _page?: number, scan?: Endpoint['scan']) => {
      const { value } = answers.next()
      if (value === undefined) throw new Error('the listing has ended')
      return answerOf(value, scan)
    },
  }
  const writer = zone.begin({ stream, source, subject })
  const pages = readPages(client, endpointFor(stream, source), subject, { pageLimit: 1_000_000 })
  for await (const read of pages) {
    await writer.page(read)
    if (typeof read.text !== 'string') done(read.text)
  }
  await writer.end({ status: 'complete' })
}
