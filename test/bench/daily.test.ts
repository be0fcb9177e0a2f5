import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkExtracted } from '../../bench/daily/checkDay.ts'
import { type Visit, writeHistory } from '../../bench/daily/history.ts'
import { measureStage } from '../../bench/daily/measureStage.ts'
import { answersTo } from '../../bench/daily/zoomAnswers.ts'
import { serveZoom, type ZoomServer } from '../../bench/daily/zoomServer.ts'
import { queryRaw } from '../../extract/raw/query.ts'

async function zoomOf({ readings }: Pick<Visit, 'readings'>): Promise<ZoomServer> {
  const zoom = await serveZoom(await answersTo(readings))
  onTestFinished(() => zoom.stop())
  return zoom
}

async function extractOf({ atMs, readings }: Visit, dataDir: string) {
  const zoom = await zoomOf({ readings })
  return measureStage('extract', { dataDir, databaseUrl: '', atMs }, zoom)
}

test('the history of the daily benchmark is as rollcall leaves it, and the day after has one new instance', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-history-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const { evening, day, newInstance } = await writeHistory(dataDir, 1_000)
  checkExtracted((await extractOf(evening, dataDir)).extracted, false)
  // What rollcall reads and what the history has of it agree in every column, the row as Zoom sent it among them.
  for (const stream of ['users', 'webinars', 'instances']) {
    const { rows, different } = await comparedRows(dataDir, stream)
    expect(rows).toBeGreaterThan(0)
    expect(different, stream).toEqual([])
  }

  const figures = await extractOf(day, dataDir)
  checkExtracted(figures.extracted, true)
  expect(figures.zoom_seconds).toBeGreaterThan(0)
  expect(figures.seconds).toBeCloseTo(figures.clock_seconds - figures.zoom_seconds)
  const [came] = await queryRaw(
    dataDir,
    `select count(*) as rows, count(distinct name) as people, count(distinct user_id) as joins
     from raw.participants where instance_uuid = $uuid`,
    { uuid: newInstance },
  )
  expect(came).toEqual({ rows: 4_000, people: 2_000, joins: 4_000 })
})

/** Rows of the evening's run that differ from those the history has of the same, and how many there are. */
async function comparedRows(dataDir: string, stream: string) {
  const of = (isHistory: boolean) =>
    `(select * exclude (run_id, capture_id, fetched_at, subject, page_number, row_number)
      from raw.${stream} where (run_id like '%T230000000Z-%') = ${isHistory})`
  const [counted] = await queryRaw<{ rows: number }>(dataDir, `select count(*) as rows from ${of(false)}`)
  const different = await queryRaw(dataDir, `${of(false)} except ${of(true)}`)
  return { rows: counted?.rows ?? 0, different }
}

test('the server that plays Zoom says what it has no answer to', async () => {
  const zoom = await zoomOf({ readings: [] })
  await expect(zoom.used()).resolves.toMatchObject({ requests: 0 })
  const answer = await fetch(`${zoom.url}/webinars/91000000000?show_previous_occurrences=true`)
  expect(answer.status).toBe(400)
  await expect(zoom.used()).rejects.toThrow(
    'no answer was made to /webinars/91000000000?show_previous_occurrences=true',
  )
})

test('a day with anything else due is no day of the benchmark', () => {
  expect(() => checkExtracted({ planned: 12, statuses: { complete: 20, empty: 9 } }, true)).not.toThrow()
  expect(() => checkExtracted({ planned: 13, statuses: { complete: 20 } }, true)).toThrow(
    /13 readings instead of 12/,
  )
  expect(() => checkExtracted({ planned: 0, statuses: { denied: 1 } }, false)).toThrow(/"denied":1/)
  expect(() => checkExtracted(null, false)).toThrow()
})
