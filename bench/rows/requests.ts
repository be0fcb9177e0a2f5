import { extract } from '../../extract/extract.ts'
import { type Asked, now, serveAccount } from '../account.ts'
import { atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * Requests for the participants of the instances of an account, against their rows ÷ 300, rounded up (one for an
 * instance nobody came to). Counted by the simulator, in a whole `extract`, over the reports it answered.
 */
export const requests: BenchRow = {
  what: "requests for a webinar's participants",
  against: 'rows ÷ 300, rounded up',
  unit: 'participants',
  sizes: { small: 400, full: 22_000 },
  repeatsMax: 1,
  ours,
  checks: ({ requests, pages }) => [
    {
      ...atMost('requests', requests as number, pages as number, ''),
      goal: `= ${(pages as number).toLocaleString('en')}`,
      isMet: requests === pages,
    },
  ],
}

async function ours({ size, folder }: Place): Promise<Figures> {
  const account = await serveAccount({ scale: size, plan: null })
  let asked: Asked
  const started = performance.now()
  try {
    await extract(
      { ...account, dataDir: folder, plan: 'unlimited', mode: 'full' },
      { clock: () => now.getTime() + 12 * 3_600_000 },
    )
  } finally {
    asked = await account.stop()
  }
  const seconds = (performance.now() - started) / 1000
  const reports = asked.listings.filter(({ path }) => path in asked.rowsOf)
  if (reports.length === 0) throw new Error('no report was asked for')
  return {
    seconds,
    requests: reports.reduce((sum, { pages }) => sum + pages, 0),
    pages: reports.reduce(
      (sum, { path }) => sum + Math.max(1, Math.ceil((asked.rowsOf[path] ?? 0) / 300)),
      0,
    ),
    instances: reports.length,
  }
}
