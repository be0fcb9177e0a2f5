import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../../../pipelines/log/openLog.ts'
import { describeError } from '../../../pipelines/log/scrub.ts'

let folder: string
let opened = 0
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-log-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A data folder of its own, and the lines of a log written there. */
function setup(options: { isVerbose?: boolean; secrets?: string[] } = {}) {
  opened += 1
  const dataDir = path.join(folder, String(opened))
  const faults: string[] = []
  const log = openLog(
    { dataDir, command: 'sync', ...options },
    { clock: () => Date.UTC(2026, 5, 1), onFault: (message) => faults.push(message) },
  )
  const text = () => readFileSync(log.file as string, 'utf8')
  const lines = () =>
    text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { dataDir, log, faults, text, lines }
}

describe('a log', () => {
  it('is a line of JSON an event, with time, command and what was bound, readable by its owner only', () => {
    const { dataDir, log, lines } = setup()
    expect(log.file).toBe(path.join(dataDir, 'logs', '20260601T000000000Z-sync.ndjson'))
    log.bind({ run_id: '20260601T000000000Z-acc' })
    log.info('capture', { stream: 'participants' })
    expect(lines().map(({ msg }) => msg)).toEqual(['begin', 'capture'])
    expect(lines()[1]).toEqual({
      level: 'info',
      time: '2026-06-01T00:00:00.000Z',
      command: 'sync',
      pid: process.pid,
      run_id: '20260601T000000000Z-acc',
      stream: 'participants',
      msg: 'capture',
    })
    expect(statSync(log.file as string).mode & 0o777).toBe(0o600)
  })

  it('has pages only when it is verbose', () => {
    const quiet = setup()
    quiet.log.debug('page')
    expect(quiet.lines()).toHaveLength(1)
    const verbose = setup({ isVerbose: true })
    verbose.log.debug('page')
    expect(verbose.lines()).toHaveLength(2)
  })

  it('holds no secret, no link to join and no address, in texts, fields and causes of errors', () => {
    const secret = 's3cret-Value'
    const { log, text } = setup({ secrets: [secret] })
    const cause = new Error(`refused ${secret} of ada.lovelace@example.com`)
    log.error('failed at https://zoom.us/w/912?tk=PERSONAL.token for bob@example.org', {
      error: describeError(new Error('GET /users/eve%40example.net/webinars failed', { cause })),
      url: 'postgres://rollcall:hunter2@db.example.com:5432/x',
      join_url: 'https://zoom.us/w/913',
      client_secret: 'another',
    })
    expect(text()).toMatch(/refused \(secret\) of \(address\)/)
    for (const kept of [secret, 'PERSONAL', 'ada.love', 'bob@', 'eve%40', 'hunter2', 'zoom.us/w/', 'another'])
      expect(text()).not.toContain(kept)
  })

  it('has its last line when the process is killed at once', () => {
    const dataDir = path.join(folder, 'killed')
    const source = fileURLToPath(new URL('../../../pipelines/log/openLog.ts', import.meta.url))
    const { signal } = spawnSync(process.execPath, [
      '--input-type=module',
      '--eval',
      `const { openLog } = await import(${JSON.stringify(source)})
       openLog({ dataDir: ${JSON.stringify(dataDir)}, command: 'sync' }).info('the last words')
       process.kill(process.pid, 'SIGKILL')`,
    ])
    expect(signal).toBe('SIGKILL')
    const [file] = spawnSync('ls', [path.join(dataDir, 'logs')], { encoding: 'utf8' }).stdout.split('\n')
    expect(readFileSync(path.join(dataDir, 'logs', file as string), 'utf8')).toContain('the last words')
  })

  it('leaves the newest fifty, says how many went, and touches nothing else', async () => {
    const { dataDir } = setup()
    const logs = path.join(dataDir, 'logs')
    for (let day = 1; day <= 28; day += 1)
      for (const hour of ['08', '20'])
        writeFileSync(
          path.join(logs, `202601${String(day).padStart(2, '0')}T${hour}0000000Z-sync.ndjson`),
          '',
        )
    writeFileSync(path.join(logs, 'notes.txt'), '')
    const later = openLog(
      { dataDir, command: 'load' },
      { clock: () => Date.UTC(2027, 0, 1), onFault: () => {} },
    )
    const left = (await readdir(logs)).sort()
    expect(left).toHaveLength(51)
    expect(left[0]).toBe('20260105T080000000Z-sync.ndjson')
    expect(left.slice(-3)).toEqual([
      '20260601T000000000Z-sync.ndjson',
      '20270101T000000000Z-load.ndjson',
      'notes.txt',
    ])
    expect(JSON.parse(readFileSync(later.file as string, 'utf8'))).toMatchObject({
      logs_removed: 8,
      logs_kept: 50,
    })
  })

  it('that cannot be written says so once and stops nothing', () => {
    const dataDir = path.join(folder, 'blocked')
    mkdirSync(dataDir)
    writeFileSync(path.join(dataDir, 'logs'), 'a file where the folder should be')
    chmodSync(dataDir, 0o755)
    const faults: string[] = []
    const log = openLog(
      { dataDir, command: 'sync' },
      { clock: Date.now, onFault: (message) => faults.push(message) },
    )
    log.info('one')
    log.info('two')
    log.close()
    expect(log.file).toBeNull()
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/The log .*blocked\/logs\/.* cannot be written \(EEXIST\)/)
  })
})
