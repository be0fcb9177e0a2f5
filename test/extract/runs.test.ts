import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { beginRun, listRuns, requestsOn, saveRun } from '../../extract/runs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-runs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const at = (iso: string) => () => Date.parse(iso)

it('names runs so that they sort by time, also within one millisecond', async () => {
  const first = await beginRun(folder, 'acc', 'extract', at('2026-05-01T10:00:00.000Z'))
  await saveRun(folder, { ...first.run, status: 'finished' })
  const second = await beginRun(folder, 'acc', 'extract', at('2026-05-01T10:00:00.000Z'))
  expect(first.run.run_id).toBe('20260501T100000000Z-acc')
  expect(second.run.run_id).toBe('20260501T100000001Z-acc')
})

it.each(['running', 'stopped', 'failed'] as const)('goes on with a run that is %s', async (status) => {
  const { run } = await beginRun(folder, 'acc', 'extract')
  await saveRun(folder, { ...run, status, reason: 'why' })
  const next = await beginRun(folder, 'acc', 'extract')
  expect(next).toMatchObject({
    isResumed: true,
    run: { run_id: run.run_id, status: 'running', reason: null },
  })
})

it('begins a new run after a finished one, for another account and for another kind', async () => {
  const { run } = await beginRun(folder, 'acc', 'extract')
  expect((await beginRun(folder, 'other', 'extract')).isResumed).toBe(false)
  expect((await beginRun(folder, 'acc', 'import')).isResumed).toBe(false)
  await saveRun(folder, { ...run, status: 'finished' })
  expect((await beginRun(folder, 'acc', 'extract')).isResumed).toBe(false)
})

it('adds up what the account used of a day over its runs', async () => {
  const { run } = await beginRun(folder, 'acc', 'extract', at('2026-05-01T10:00:00.000Z'))
  await saveRun(folder, { ...run, status: 'finished', requests: { '2026-05-01': { heavy: 5, light: 1 } } })
  const { run: other } = await beginRun(folder, 'acc', 'extract', at('2026-05-01T11:00:00.000Z'))
  await saveRun(folder, { ...other, requests: { '2026-05-01': { heavy: 7 }, '2026-05-02': { heavy: 100 } } })
  expect(requestsOn(listRuns(folder), 'acc', '2026-05-01')).toEqual({ heavy: 12, light: 1 })
})

it('names a file that is no run file', async () => {
  await beginRun(folder, 'acc', 'extract')
  await writeFile(path.join(folder, 'runs', 'broken.json'), '{')
  expect(() => listRuns(folder)).toThrow(/broken\.json is not a run file/)
})
