import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { queryRaw } from '../../../extract/raw/query.ts'
import { runId } from './zonePages.ts'
import { setup } from './zoneSetup.ts'

test('one capture of 45,000 rows and 40 MB fits into a heap of 48 MB', async () => {
  const { dataDir } = await setup()
  const writer = join(import.meta.dirname, 'largeCapture.ts')
  await promisify(execFile)(process.execPath, ['--max-old-space-size=48', writer, dataDir, runId, '45000'])
  expect(
    await queryRaw(
      dataDir,
      `select count(*) as row_count, count(distinct user_id) as users, sum(length(raw)) as characters,
          max(page_number) as pages, (select sum(captured_rows)::bigint from raw.captures) as captured
      from raw.participants`,
    ),
  ).toMatchObject([
    { row_count: 45_000, users: 45_000, pages: 150, captured: 45_000, characters: 45_000 * 900 },
  ])
}, 120_000)
