import { free } from '../../extract/zoom/joined.ts'
import { captureBodies, openBenchZone } from '../captures.ts'
import { participantsBody } from '../participantPages.ts'
import { atMost, type BenchRow, type Figures, mib, type Place } from '../row.ts'

/**
 * The memory of extract at its highest, for 100,000 pages and for 100: from bytes to Parquet as in `pages`, 16
 * listings at a time, a listing of 100 pages among listings of one. Bodies are made one by one. The pages have 30 rows,
 * or the row would write 14 GB; what is held does not depend on it, see `heldBytesMax`.
 */
const pageRows = 30
const fewPages = 100

export const memory: BenchRow = {
  what: 'memory of extract',
  against: `${fewPages} pages`,
  unit: 'pages',
  sizes: { small: 400, full: 100_000 },
  repeatsMax: 1,
  // What the first start compiles is there for the others.
  prepare: async () => undefined,
  ours: ({ size, folder }) => extractPages(size, folder, '0'),
  rival: ({ folder }: Place) => extractPages(fewPages, folder, '1'),
  checks: (ours, rival) => [
    atMost(`${(ours.pages as number).toLocaleString('en')} pages`, ours.peak_bytes / mib, 300, 'MiB'),
    atMost(`${fewPages} pages`, rival.peak_bytes / mib, 300, 'MiB'),
  ],
}

async function extractPages(pages: number, folder: string, run: string): Promise<Figures> {
  const started = performance.now()
  const zone = await openBenchZone(folder, run)
  let instance = 0
  let left = pages
  const worker = async () => {
    while (left > 0) {
      const own = Math.min(left, instance % 10 === 0 ? 100 : 1)
      left -= own
      // A capture gives its bodies back as well.
      await captureBodies(zone, instance, bodies(instance++, own), free)
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  await zone.close()
  const { rows, pages: done } = zone.stats()
  return { seconds: (performance.now() - started) / 1000, pages: done, rows }
}

function* bodies(instance: number, pages: number): Generator<Buffer> {
  for (let page = 0; page < pages; page++) {
    const first = instance * 1_000 + page * pageRows
    yield participantsBody(first, pageRows, { isLast: page === pages - 1, total: pages * pageRows })
  }
}
