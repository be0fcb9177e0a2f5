import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExtractOptions } from '../../extract/extract.ts'
import { uuidPath } from '../../extract/zoom/uuidPath.ts'
import { createAccount } from '../../simulator/account.ts'
import type { Instance } from '../../simulator/model.ts'
import type { ServerOptions } from '../../simulator/server.ts'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'

/*
 * Goal: a report that Zoom is late with is read again until it is settled and no longer, and what was once read is
 * never lost to a poorer answer. Method: real runs into a real raw zone at moments of a clock that the test holds,
 * with answers for one instance put in the simulator's place.
 */

const options = { seed: 1, scale: 'tiny', now: new Date('2026-06-15T00:00:00Z'), recent: true } as const
const minutes = (count: number) => count * 60_000
const days = (count: number) => count * 86_400_000

/** What the simulator is to say of the late instance's participants; null leaves it to the simulator. */
type Say = ReturnType<NonNullable<ServerOptions['intercept']>>

interface Times {
  account: TestAccount
  /** The instance that ended last. */
  late: Instance
  /** One run at so many minutes after its end; gives what was read of its participants. */
  read(atMinutes: number, say?: Say, more?: Partial<ExtractOptions>): Promise<string[]>
  close(): Promise<void>
}

async function openTimes(): Promise<Times> {
  // The same options give the same account: this one is for looking at, the other is served.
  const late = createAccount(options).instances.at(-1) as Instance
  let nowMs = 0
  let saying: Say = null
  const account = await openTestAccount(options, {
    clock: () => nowMs,
    intercept: ({ path }) =>
      saying !== null && path === `/v2/report/webinars/${uuidPath(late.uuid)}/participants` ? saying : null,
  })
  return {
    account,
    late,
    async read(atMinutes, say = null, more = {}) {
      nowMs = late.end * 1000 + minutes(atMinutes)
      saying = say
      const read: string[] = []
      await account.extract(
        // Only this instance and its webinar: what else the account has would only take time.
        { webinarIds: [late.webinar.id], since: new Date(late.start * 1000 - days(1)), ...more },
        {
          clock: () => nowMs,
          onEvent: (event) => {
            if (event.type !== 'capture' || event.stream !== 'participants') return
            if (event.subject.instanceUuid === late.uuid) read.push(`${event.source} ${event.verdict.status}`)
          },
        },
      )
      return read
    },
    close: () => account.close(),
  }
}

/** A page with so many people who stayed so long. */
function page(people: number, duration: number): Say {
  const participants = Array.from({ length: people }, (_, index) => ({
    id: '',
    user_id: String(16_778_240 + 1024 * index),
    name: `Somebody ${index}`,
    user_email: `somebody${index}@example.org`,
    join_time: '2026-06-14T20:10:00Z',
    leave_time: '2026-06-14T20:20:00Z',
    duration,
    status: 'in_meeting',
  }))
  return { status: 200, body: { page_size: 300, total_records: people, next_page_token: '', participants } }
}
const notEnded: Say = {
  status: 404,
  body: { code: 3001, message: 'Webinar ID is invalid or not end.' },
}

describe('a report that is late', { timeout: 120_000 }, () => {
  let times: Times
  let databaseUrl: string
  beforeAll(async () => {
    times = await openTimes()
    databaseUrl = (await createTestDatabase()).url
  })
  afterAll(() => times?.close())

  it('is not ready, rather than empty or refused, while Zoom knows no ended webinar', async () => {
    expect(await times.read(10, notEnded)).toEqual(['report not_ready'])
  })

  it('is not ready while it is empty, or while nobody in a long webinar has a duration', async () => {
    expect(await times.read(20, page(0, 0))).toEqual(['report not_ready'])
    expect(await times.read(30, page(4, 0))).toEqual(['report not_ready'])
  })

  it('is read again though it was complete, until an equal reading an hour apart', async () => {
    expect(await times.read(40)).toEqual(['report complete'])
    expect(await times.read(60)).toEqual(['report complete'])
  })

  it('keeps what was read when a later answer has less, or nothing', async () => {
    expect(await times.read(70, page(2, 600))).toEqual(['report complete'])
    expect(await times.read(80, page(0, 0))).toEqual(['report not_ready'])
    await times.account.transform()
    await times.account.load(databaseUrl, 'a run')
    const captured = await query(
      databaseUrl,
      `select capture_status, captured_rows from zoom_webinar_instances where zoom_uuid = '${times.late.uuid}'`,
    )
    expect(captured).toEqual([{ capture_status: 'complete', captured_rows: times.late.rows.length }])
  })

  it('is settled by a reading that equals one an hour before, and then asked for no more', async () => {
    expect(await times.read(101)).toEqual(['report complete'])
    expect(await times.read(102)).toEqual([])
    expect(await times.read(60 * 24 * 30)).toEqual([])
  })
})

describe('an instance is settled', { timeout: 120_000 }, () => {
  let times: Times
  beforeAll(async () => {
    times = await openTimes()
  })
  afterAll(() => times?.close())

  it('by one reading seven days after its end, not by one before', async () => {
    const week = days(7) / minutes(1)
    expect(await times.read(week - 1)).toEqual(['report complete'])
    expect(await times.read(week)).toEqual(['report complete'])
    expect(await times.read(week + 1)).toEqual([])
  })

  it('later or sooner, as the options say', async () => {
    const week = days(7) / minutes(1)
    // An hour between the readings of the test above would settle it, so a longer one is asked for too.
    const patient = { settleDays: 30, confirmMinutes: 24 * 60 }
    expect(await times.read(week + 2, null, patient)).toEqual(['report complete'])
    expect(await times.read(week + 3, null, { ...patient, confirmMinutes: 1 })).toEqual([])
    expect(await times.read(week + 3, null, { ...patient, settleDays: 6 })).toEqual([])
  })

  it('never by a refusal', async () => {
    const other = await openTimes()
    try {
      const refused: Say = { status: 400, body: { code: 200, message: 'No permission.' } }
      const month = days(30) / minutes(1)
      // The next source gives it, and that is a capture like any other.
      expect(await other.read(month, refused)).toEqual(['report denied', 'past_webinars complete'])
      expect(await other.read(month + 1, refused)).toEqual([])
    } finally {
      await other.close()
    }
  })
})
