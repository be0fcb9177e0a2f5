import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '../../../pipelines/terminal/output.ts'
import { verifyPage } from '../../../pipelines/verify/page.ts'
import { readVerifyReport, readVerifySummary, type VerifyReport } from '../../../pipelines/verify/report.ts'
import { showVerifyReport } from '../../../pipelines/verify/text.ts'
import { transform } from '../../../transform/transform.ts'
import { RawWorld } from '../../sql/raw-world.ts'
import { rollcall } from '../cli.ts'

const hostileTopic = 'Ready? <script>alert("x")</script> & go'
const scope =
  'GET /report/webinars/x/polls failed: missing_scope (HTTP 400, code 4711): "Invalid access token, does not contain scopes:[report:read:list_webinar_polls:admin]." Add the scope'

function tell(world: RawWorld): void {
  const seen = (uuid: string, webinar: number, topic: string, more = {}, route = 'history_meetings') =>
    world.capture({
      stream: 'instances',
      subject: `${route}:${uuid}`,
      source_endpoint: route,
      rows: [
        {
          zoom_uuid: uuid,
          instance_uuid: uuid,
          webinar_id: webinar,
          topic,
          start_time: '2026-05-10T10:00:00Z',
          end_time: '2026-05-10T11:00:00Z',
          ...more,
        },
      ],
    })
  const of = (uuid: string, webinar: number) => ({
    subject: `instance:${uuid}`,
    instance_uuid: uuid,
    webinar_id: webinar,
  })
  const people = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      user_id: String(index),
      name: `Secretive Person ${String.fromCharCode(65 + index)}`,
      email: `secretive${index}@example.org`,
      join_time: '2026-05-10T10:01:00Z',
      leave_time: '2026-05-10T10:31:00Z',
    }))
  seen('whole==', 1, hostileTopic, { unique_viewers: 446, participants_count: 3 })
  world.capture({ ...of('whole==', 1), stream: 'participants', rows: people(3) })
  seen('short==', 2, 'Shortened')
  seen('short==', 2, 'Shortened', {}, 'metrics')
  world.capture({
    ...of('short==', 2),
    stream: 'participants',
    rows: people(2),
    expected_rows: 9,
    status: 'partial',
    reason: 'Zoom promised 9 rows and sent 2',
  })
  for (let index = 0; index < 6; index += 1) {
    seen(`poll${index}==`, 3, `Polled ${index}`, { start_time: `2026-05-1${index}T10:00:00Z` })
    world.capture({ ...of(`poll${index}==`, 3), stream: 'participants', rows: people(1) })
    world.capture({ ...of(`poll${index}==`, 3), stream: 'polls', rows: [], status: 'denied', reason: scope })
  }
  for (const stream of ['participants', 'surveys'] as const)
    world.capture({ ...of('old==', 4), stream, rows: [], status: 'expired', reason: 'older than Zoom keeps' })
  seen('old==', 4, 'Of old', { start_time: '2025-12-01T10:00:00Z', end_time: '2025-12-01T11:00:00Z' })
  world.capture({
    stream: 'users',
    subject: 'account',
    source_endpoint: 'users',
    rows: [],
    status: 'failed',
    reason: 'the user ada@example.com is not readable',
  })
}

/** Speaks into a text. */
function recorder(): Output & { text(): string } {
  const lines: string[] = []
  const nothing = () => {}
  return {
    progress: nothing,
    done: nothing,
    warn: nothing,
    json: nothing,
    stop: nothing,
    print: (line) => lines.push(line),
    table: (head, rows) => lines.push(head.join(' | '), ...rows.map((row) => row.join(' | '))),
    text: () => lines.join('\n'),
  }
}

let folder: string
let dataDir: string
let report: VerifyReport
let said: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-verify-'))
  dataDir = join(folder, 'data')
  const world = new RawWorld()
  tell(world)
  await world.write(folder)
  dataDir = folder
  await transform({ dataDir, threads: 1 })
  report = await readVerifyReport(dataDir)
  const output = recorder()
  showVerifyReport(report, output)
  said = output.text()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the report', () => {
  it('begins with the whole account in a line', () => {
    expect(said.split('\n')[0]).toBe('11 of 18 join/leave rows in 7 of 9 instances; 11 participants')
  })

  it('says which instance lacks how many rows, why, and what to do', () => {
    expect(said).toContain(
      `partial: participants of 1 instance
  Shortened, 2026-05-10 10:00 UTC, short==, 2 of 9 rows
  why  Zoom promised 9 rows and sent 2
  do   Run rollcall sync: every source is tried again.`,
    )
  })

  it('makes one matter of a missing scope, names it, and says where it is added', () => {
    const matter = report.matters.find((one) => one.status === 'denied')
    expect(matter?.affected).toHaveLength(6)
    expect(matter?.remedy).toBe(
      'Add the scope report:read:list_webinar_polls:admin to the Server-to-Server OAuth app (marketplace.zoom.us, Manage, your app, Scopes), then run rollcall sync.',
    )
    expect(said).toContain('denied: polls of 6 instances')
    expect(said).toContain('… and 2 more')
  })

  it('sends what Zoom no longer keeps to the portal, where the portal has it', () => {
    const expired = report.matters.filter((one) => one.status === 'expired')
    expect(expired.map(({ streams, remedy }) => [streams, remedy.slice(0, 32)])).toEqual([
      [['participants'], 'Export the attendee report in Zo'],
      [['surveys'], 'Zoom no longer gives it out, and'],
    ])
  })

  it('puts what touches attendance first', () => {
    expect(report.matters.map(({ status, streams }) => `${status} ${streams}`)).toEqual([
      'partial participants',
      'expired participants',
      'failed users',
      'denied polls',
      'expired surveys',
    ])
  })

  it('shows a figure of Zoom that is not ours with both numbers, and misses nothing for it', () => {
    expect(said).toMatch(/Ready\?.*unique viewers, the history report \| 446 \| 3/)
    expect(report.figures).toMatchObject([{ figure: 'unique_viewers', promised: 446, captured: 3 }])
    expect(report.matters.flatMap((one) => one.affected).some((one) => one.zoomUuid === 'whole==')).toBe(
      false,
    )
  })

  it('says which instances a single route saw', () => {
    expect(report.discovery).toEqual([
      { route: 'history_meetings', instances: 9, seenByNoOther: 8 },
      { route: 'metrics', instances: 1, seenByNoOther: 0 },
    ])
    expect(report.seenByOneRoute).toHaveLength(8)
    expect(said).toContain('8 of 9 instances were seen by one route only (history_meetings 8)')
  })

  it('is the same for who does not ask for every instance', async () => {
    const { seenByOneRoute, ledger, ...summary } = report
    expect(ledger).toHaveLength(9)
    expect(await readVerifySummary(dataDir)).toEqual(summary)
  })
})

describe('the page', () => {
  it('holds the account, every instance, and what is missing', () => {
    const page = verifyPage(report)
    expect(page).toContain('11 of 18 join/leave rows in 7 of 9 instances')
    expect(page).toContain('As of 2026-05-20 00:00 UTC')
    for (const { zoomWebinarId } of report.ledger) expect(page).toContain(String(zoomWebinarId))
    expect(page.match(/<tr><td>/g)).toHaveLength(report.ledger.length + report.figures.length)
  })

  it('escapes what comes from outside and loads nothing', () => {
    const page = verifyPage(report)
    expect(page).toContain('Ready? &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; go')
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|@import|url\(/i)
    expect(unbalanced(page)).toEqual([])
  })

  it("names nobody, and no one's address", () => {
    const page = verifyPage(report)
    expect(page).not.toMatch(/Secretive|[\w.]+@[\w.]+\.\w/)
    expect(page).toContain('the user (an address) is not readable')
  })

  it('is sound where nothing is known', async () => {
    const empty = join(folder, 'nothing')
    await transform({ dataDir: empty, threads: 1 })
    const page = verifyPage(await readVerifyReport(empty))
    expect(page).not.toMatch(/NaN|undefined|null|Nothing is missing/)
    expect(unbalanced(page)).toEqual([])
  })

  it('is the same page every time', async () => {
    expect(verifyPage(await readVerifyReport(dataDir))).toBe(verifyPage(report))
  })
})

/** Tags that are not closed in order. */
function unbalanced(page: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === 'meta') continue
    if (slash === '') open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  return [...wrong, ...open]
}

describe('rollcall verify', () => {
  it('ends with 3 when something is missing, in JSON and with the page written', async () => {
    const html = join(folder, 'report.html')
    const result = await rollcall(['verify', '--json', '--html', html, '--data-dir', dataDir], {}, folder)
    expect(result.code, result.stderr).toBe(3)
    expect(JSON.parse(result.stdout)).toEqual(JSON.parse(JSON.stringify(report)))
    expect(await readFile(html, 'utf8')).toBe(verifyPage(report))
  })

  it('says where a page cannot be written', async () => {
    const html = join(folder, 'nowhere', 'report.html')
    const result = await rollcall(['verify', '--html', html, '--data-dir', dataDir], {}, folder)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(/cannot be written to .*nowhere.*ENOENT/)
  })

  it('has a clear answer where nothing was captured, and where there is no catalog', async () => {
    const empty = join(folder, 'empty')
    const absent = await rollcall(['verify', '--data-dir', empty], {}, folder)
    expect(absent.code).toBe(1)
    expect(absent.stderr).toMatch(/There is no catalog .* rollcall sync/)
    await transform({ dataDir: empty, threads: 1 })
    const nothing = await rollcall(
      ['verify', '--html', join(folder, 'empty.html'), '--data-dir', empty],
      {},
      folder,
    )
    expect(nothing.code, nothing.stderr).toBe(0)
    expect(nothing.stdout).toMatch(/^No instance of a webinar is known yet\n.*rollcall sync --full/)
    expect(await readFile(join(folder, 'empty.html'), 'utf8')).toMatch(/Nothing was captured yet/)
  })
})
