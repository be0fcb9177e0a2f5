import { captureBodies, openBenchZone } from '../captures.ts'
import { participantsBody } from '../participantPages.ts'
import { atLeast, atMost, type BenchRow, type Figures, mib, type Place } from '../row.ts'

/**
 * From a page's bytes to committed Parquet: decoded, parsed, cleaned of secrets, validated, journaled, flushed; 16
 * listings of ten pages at a time, as a sync reads them. Floor: decoding and parsing the same bytes.
 *
 * Both in processor time, which is what "one core" means and what other work on the machine falsifies least; the
 * time by the clock, with the waits for the disk, is among the figures. The bodies are made before, and the same ones
 * come round after round.
 */
const pageRows = 300
const listingPages = 10
const listings = 16
const roundRows = pageRows * listingPages * listings
/** Compiled code is what a sync of a million rows runs on. */
const warmUpRounds = 2

export const pages: BenchRow = {
  what: 'page body, validated, to raw Parquet, on one core',
  against: 'JSON.parse of the same bytes',
  unit: 'rows',
  sizes: { small: roundRows, full: 20 * roundRows },
  ours,
  rival,
  checks: (ours, rival) => [
    atLeast('rows a second', (ours.rows as number) / ours.seconds, 150_000, 'rows/s'),
    atMost('against JSON.parse', ours.seconds / rival.seconds, 6, 'times'),
  ],
}

async function ours({ size, folder }: Place): Promise<Figures> {
  const bodies = round()
  const capture = async (run: string, rounds: number) => {
    const zone = await openBenchZone(folder, run)
    for (let instance = 0; instance < rounds * listings; instance += listings) {
      await Promise.all(bodies.map((listing, at) => captureBodies(zone, instance + at, listing)))
    }
    await zone.close()
    return zone.stats()
  }
  await capture('0', warmUpRounds)
  const { result, ...time } = await timed(() => capture('1', Math.ceil(size / roundRows)))
  return { ...time, rows: result.rows, parquet_mib: result.bytes / mib }
}

async function rival({ size }: Place): Promise<Figures> {
  const bodies = round().flat()
  const parse = async (rounds: number) => {
    for (let done = 0; done < rounds; done++) for (const body of bodies) JSON.parse(body.toString('utf8'))
  }
  await parse(warmUpRounds)
  const rounds = Math.ceil(size / roundRows)
  const { result: _, ...time } = await timed(() => parse(rounds))
  return { ...time, body_mib: (rounds * bodies.reduce((sum, body) => sum + body.length, 0)) / mib }
}

/** Bodies of listings that are read at the same time. */
function round(): Buffer[][] {
  const total = pageRows * listingPages
  return Array.from({ length: listings }, (_, listing) =>
    Array.from({ length: listingPages }, (_, page) =>
      participantsBody(listing * total + page * pageRows, pageRows, {
        isLast: page === listingPages - 1,
        total,
      }),
    ),
  )
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ result: T; seconds: number; clock_seconds: number }> {
  const started = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, seconds: (user + system) / 1e6, clock_seconds: (performance.now() - started) / 1000 }
}
