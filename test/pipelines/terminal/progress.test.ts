import { describe, expect, it } from 'vitest'
import type { ExtractEvent } from '../../../extract/extract.ts'
import { extractProgress } from '../../../pipelines/terminal/extractProgress.ts'
import { createOutput, type Output } from '../../../pipelines/terminal/output.ts'
import { leftText } from '../../../pipelines/terminal/timeLeft.ts'

const start_ms = Date.UTC(2026, 5, 1, 12)

/** Progress of an extract whose clock the test moves; `line` is what a terminal shows now. */
function setup() {
  let now = start_ms
  let line = ''
  const nothing = () => {}
  const output: Output = {
    progress: (text) => {
      line = text
    },
    done: nothing,
    warn: nothing,
    print: nothing,
    table: nothing,
    json: nothing,
    stop: nothing,
  }
  const tell = extractProgress(output, () => now)
  const subject = (key: string) => ({ key: `instance:${key}` })
  return {
    line: () => line,
    pass: (ms: number) => {
      now += ms
    },
    plan: (instances: { captures: number; hinted: number | null }[]) =>
      tell({
        type: 'discovered',
        routes: [],
        plan: {
          instances: instances.map(({ captures, hinted }) => ({
            captures: Array.from({ length: captures }, () => ({})),
            hintedParticipants: hinted,
          })),
          webinars: [],
        },
      } as unknown as ExtractEvent),
    page: (key: string, rows: number) =>
      tell({ type: 'page', stream: 'participants', subject: subject(key), rows } as ExtractEvent),
    refused: (key: string) =>
      tell({ type: 'capture', stream: 'polls', subject: subject(key) } as unknown as ExtractEvent),
    captured: (key: string) =>
      tell({ type: 'capture', stream: 'participants', subject: subject(key) } as unknown as ExtractEvent),
    instance: (done: number, total: number) => tell({ type: 'instance', done, total }),
    wait: (reason: string, untilMs: number) => tell({ type: 'wait', reason, untilMs }),
  }
}

describe('the progress of an extract', () => {
  it('says how many instances and rows are done, how fast, and how long it will still take', () => {
    const progress = setup()
    progress.page('list', 10)
    expect(progress.line()).toMatch(/^extract {4}looking for instances, 10 rows/)
    // 1 + 30,000 / 300 = 101 requests for the large one, 100 for the small ones.
    progress.plan([
      { captures: 1, hinted: 30_000 },
      ...Array.from({ length: 100 }, () => ({ captures: 1, hinted: 20 })),
    ])
    for (let page = 0; page < 100; page += 1) {
      progress.pass(1000)
      progress.page('large', 300)
    }
    progress.captured('large')
    progress.instance(1, 101)
    // One request a second; 101 of 201 are to go. By instances it would be nearly three hours.
    expect(progress.line()).toBe('extract    1 of 101 instances, 30,010 rows, 300 rows/s, about 2 min left')
  })

  it('counts what Zoom refuses, and says nothing of time before there is a pace', () => {
    const progress = setup()
    progress.plan([{ captures: 200, hinted: null }])
    progress.pass(5000)
    progress.page('one', 1)
    expect(progress.line()).not.toMatch(/left/)
    for (let made = 0; made < 100; made += 1) {
      progress.pass(1000)
      progress.refused(`one${made}`)
    }
    progress.instance(0, 1)
    expect(progress.line()).toMatch(/about 2 min left/)
  })

  it('shows what is waited for, and until when, while others go on', () => {
    const progress = setup()
    progress.plan([{ captures: 1, hinted: 10 }])
    progress.wait(
      'GET /report/webinars/x failed after 3 attempts: rate_limited (HTTP 429): wait',
      start_ms + 60_000,
    )
    progress.wait('GET /report/webinars/y failed: server (HTTP 503): later', start_ms + 2000)
    progress.page('one', 10)
    expect(progress.line()).toMatch(/; waiting until 12:01:00 UTC for Zoom's rate limit \(2 requests\)$/)
    progress.pass(3000)
    progress.page('one', 10)
    expect(progress.line()).toMatch(/; waiting until 12:01:00 UTC for Zoom's rate limit$/)
    progress.pass(60_000)
    progress.page('one', 10)
    expect(progress.line()).not.toMatch(/waiting/)
  })

  it.each([
    [20_000, 'under a minute left'],
    [61_000, 'about 1 min left'],
    [3_900_000, 'about 1 h 10 min left'],
    [3_540_000, 'about 59 min left'],
    [7_170_000, 'about 2 h left'],
  ])('%i ms is %s', (left_ms, text) => {
    expect(leftText(left_ms)).toBe(text)
  })
})

describe('without a terminal', () => {
  /** What an output writes to a file, told something every second for two minutes. */
  async function written(options: { quiet?: boolean; json?: boolean }): Promise<string> {
    let now = 0
    const lines: string[] = []
    const stream = { write: (text: string) => lines.push(text) }
    const output = await createOutput(options, { stdout: stream, stderr: stream } as never, () => now)
    for (let second = 1; second <= 120; second += 1) {
      now = second * 1000
      output.progress(`at ${second} s`)
    }
    output.done('done')
    return lines.join('')
  }

  it('progress is a plain line each half minute, and none when quiet or for programs', async () => {
    expect(await written({})).toBe('at 30 s\nat 60 s\nat 90 s\nat 120 s\ndone\n')
    expect(await written({ quiet: true })).toBe('')
    expect(await written({ json: true })).toBe('done\n')
  })
})
