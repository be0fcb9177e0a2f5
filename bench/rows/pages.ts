import { captureBodies, openBenchZone } from '../captures.ts'
import { participantsBody } from '../participantPages.ts'
import { atLeast, atMost, type BenchRow, type Figures, mib, type Place } from '../row.ts'

/**
 * From a page's bytes to committed Parquet: decoded, parsed, cleaned of secrets, validated, journaled, flushed; 16
 * listings of ten pages at a time, as a sync reads them. Floor: decoding and parsing the same bytes.
 *
 * Both in processor time, which is what "one core" means and what other work on the machine falsifies least; the
 * time by the clock, with the waits for the disk, is among the figures. Making the bodies is not counted.
 */
const pageRows = 300
const listingPages = 10
const listings = 16

export const pages: BenchRow = {
  what: 'page body, validated, to raw Parquet, on one core',
  against: 'JSON.parse of the same bytes',
  unit: 'rows',
  sizes: { small: 9_600, full: 960_000 },
  ours,
  rival,
  checks: (ours, rival) => [
    atLeast('rows a second', (ours.rows as number) / ours.seconds, 150_000, 'rows/s'),
    atMost('against JSON.parse', ours.seconds / rival.seconds, 6, 'times'),
  ],
}

/** Bodies of so many listings, made outside of what is counted. */
function* rounds(size: number): Generator<Buffer[][]> {
  const perListing = pageRows * listingPages
  for (let first = 0; first < size; first += listings * perListing) {
    yield Array.from({ length: listings }, (_, listing) =>
      Array.from({ length: listingPages }, (_, page) =>
        participantsBody(first + listing * perListing + page * pageRows, pageRows, {
          isLast: page === listingPages - 1,
          total: perListing,
        }),
      ),
    )
  }
}

async function ours({ size, folder }: Place): Promise<Figures> {
  // Compiled code is what a sync of a million rows runs on.
  const warm = await openBenchZone(folder, '0')
  for (const round of rounds(48_000))
    await Promise.all(round.map((bodies, at) => captureBodies(warm, at, bodies)))
  await warm.close()
  const zone = await openBenchZone(folder, '1')
  const total = { seconds: 0, clock_seconds: 0 }
  let instance = 0
  for (const round of rounds(size)) {
    await counted(total, () => Promise.all(round.map((bodies) => captureBodies(zone, instance++, bodies))))
  }
  await counted(total, () => zone.close())
  const { rows, bytes } = zone.stats()
  return { ...total, rows, parquet_mib: bytes / mib }
}

async function rival({ size }: Place): Promise<Figures> {
  const total = { seconds: 0, clock_seconds: 0 }
  let bytes = 0
  const parse = async (round: Buffer[][]) => {
    for (const body of round.flat()) {
      bytes += body.length
      JSON.parse(body.toString('utf8'))
    }
  }
  for (const round of rounds(48_000)) await parse(round)
  bytes = 0
  for (const round of rounds(size)) await counted(total, () => parse(round))
  return { ...total, body_mib: bytes / mib }
}

async function counted(
  total: { seconds: number; clock_seconds: number },
  work: () => Promise<unknown>,
): Promise<void> {
  const started = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  total.seconds += (user + system) / 1e6
  total.clock_seconds += (performance.now() - started) / 1000
}
