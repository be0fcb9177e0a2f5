import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../../transform/engine.ts'

test('one thread works alone until all are called', async () => {
  const engine = await openEngine(join(tmpdir(), 'rollcall-engine-without-spill'), { threads: 2 })
  onTestFinished(() => engine.close())
  const threads = async () => {
    const [row] = await engine.rows("select current_setting('threads')::int as threads")
    return row?.threads
  }
  expect(await threads()).toBe(2)
  await engine.workAlone(true)
  expect(await threads()).toBe(1)
  // Nor do lanes that come to their end call them.
  await engine.shareThreads(2)
  await engine.shareThreads(0)
  expect(await threads()).toBe(1)
  await engine.workAlone(false)
  expect(await threads()).toBe(2)
})

test('where memory is short nothing is kept that is in the raw files, and little waits to be written', async () => {
  const engine = await openEngine(join(tmpdir(), 'rollcall-engine-without-spill'), {})
  onTestFinished(() => engine.close())
  await engine.spareMemory()
  const [row] = await engine.rows(
    `select current_setting('enable_external_file_cache')::varchar as keeps,
         current_setting('write_buffer_row_group_count')::int as waiting`,
  )
  expect(row).toEqual({ keeps: 'false', waiting: 1 })
})
