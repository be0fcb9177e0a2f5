import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { importReports } from '../../../extract/importReports.ts'
import { readVerifyReport } from '../../../pipelines/verify/report.ts'
import { transform } from '../../../transform/transform.ts'

const file = fileURLToPath(
  new URL('../../../../shared/fixtures/zoom-attendee-report-2020.csv', import.meta.url),
)
const reason = existsSync(file) ? '' : ' (skipped: the real report is not beside this repository)'

it.skipIf(reason !== '')(
  `a real report that is wrong about itself is shown beside what is in it, and nothing is missing${reason}`,
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-real-'))
    try {
      await importReports({ dataDir, accountId: 'local', files: [file], timezone: 'America/New_York' })
      await transform({ dataDir, threads: 1 })
      const report = await readVerifyReport(dataDir)
      expect(report).toMatchObject({ isComplete: true, matters: [], instances: 1, completeInstances: 1 })
      expect(report.expectedRows).toBe(report.capturedRows)
      const shown = report.figures.map(({ figure, measure, promised, captured, verdict }) =>
        [figure, measure, promised, captured, verdict].join(' '),
      )
      expect(shown).toEqual([
        'max_concurrent_views people 0 171 differs',
        'registrants_count people 461 469 differs',
        'total_users rows 991 1002 differs',
        'unique_viewers people 446 445 differs',
      ])
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  },
)
