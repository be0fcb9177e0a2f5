import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runId } from './zonePages.ts'
import { setup } from './zoneSetup.ts'

test('kill -9 loses no page that was reported durable, and shows no row twice', async () => {
  const { open, rows, dataDir } = await setup()
  const reported: string[] = []
  for (const moment of [1, 40, 90, 200]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killedWriter.ts'), dataDir, runId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    let text = ''
    let lines = 0
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      lines += part.split('\n').length - 1
      if (lines >= moment) child.kill('SIGKILL')
    })
    expect((await exit)[1]).toBe('SIGKILL')
    reported.push(...text.split('\n').slice(0, -1))
  }
  expect(reported.length).toBeGreaterThan(300)

  const zone = await open()
  await zone.flush()
  const captures = new Map((await rows('captures')).map((row) => [row.capture_id, row]))
  for (const line of reported) {
    const [captureId, step] = line.split(' ') as [string, string]
    const capture = captures.get(captureId)
    if (step === 'end')
      expect(capture, line).toMatchObject({ status: 'complete', captured_rows: 40, pages: 4 })
    if (capture === undefined) {
      const found = zone.unfinished.find((one) => one.captureId === captureId)
      expect(found?.pagesDone, line).toBeGreaterThanOrEqual(Number(step))
    }
  }
  for (const { captureId } of zone.unfinished) await zone.drop(captureId)
  await zone.close()
  const keys = (await rows('participants')).map(
    (row) => `${row.capture_id} ${row.page_number} ${row.row_number}`,
  )
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys.length).toBe(captures.size * 40)
}, 120_000)
