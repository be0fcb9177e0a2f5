import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

interface Given {
  name: string
  webinar?: string
  /** Minutes after some midnight. */
  start: number | null
  end?: number | null
  occurrence?: string
  reportedMinutes?: number
}

let runner: ModelRunner

beforeAll(async () => {
  runner = await ModelRunner.open()
})
afterAll(() => runner?.close())

const minute = 60_000

/** `name: 0` for a start of its own, `name: 2 of first` for its second restart. */
async function told(...given: Given[]): Promise<string[]> {
  await runner.given(
    'intermediate.instances_united',
    {
      instance_key: 'bigint',
      instance_id: 'varchar',
      instance_uuid: 'varchar',
      webinar_id: 'varchar',
      occurrence_id: 'varchar',
      reported_duration_minutes: 'integer',
    },
    given.map((one, index) => ({
      instance_key: index,
      instance_id: one.name,
      instance_uuid: one.name,
      webinar_id: one.webinar ?? 'w',
      occurrence_id: one.occurrence ?? null,
      reported_duration_minutes: one.reportedMinutes ?? null,
    })),
  )
  await runner.given(
    'intermediate.instances_measured',
    { instance_key: 'bigint', start_ms: 'bigint', end_ms: 'bigint' },
    given.map((one, index) => ({
      instance_key: index,
      start_ms: one.start === null ? null : one.start * minute,
      end_ms: one.end === undefined || one.end === null ? null : one.end * minute,
    })),
  )
  await runner.build('intermediate.instances_restarted')
  const rows = await runner.rows(
    `select concat(instance_id, ': ', restart_number, ' of ' || restart_of_instance_id) as told
     from intermediate.instances_restarted join intermediate.instances_united using (instance_key) order by told`,
  )
  return rows.map((row) => String(row.told))
}

describe('an instance is a restart', () => {
  it('when it starts within 60 minutes of the end of the one before, and not a minute later', async () => {
    expect(await told({ name: 'a', start: 0, end: 30 }, { name: 'b', start: 90, end: 120 })).toEqual([
      'a: 0',
      'b: 1 of a',
    ])
    expect(await told({ name: 'a', start: 0, end: 30 }, { name: 'b', start: 91, end: 120 })).toEqual([
      'a: 0',
      'b: 0',
    ])
  })

  it('of the first one, however many there are', async () => {
    expect(
      await told(
        { name: 'a', start: 0, end: 10 },
        { name: 'b', start: 15, end: 25 },
        { name: 'c', start: 80, end: 90 },
        { name: 'd', start: 200, end: 260 },
      ),
    ).toEqual(['a: 0', 'b: 1 of a', 'c: 2 of a', 'd: 0'])
  })

  it('when Zoom names the same occurrence for both, whatever lies between', async () => {
    expect(
      await told(
        { name: 'a', start: 0, end: 10, occurrence: '1' },
        { name: 'b', start: 500, end: 520, occurrence: '1' },
        { name: 'c', start: 2000, end: 2100, occurrence: '2' },
      ),
    ).toEqual(['a: 0', 'b: 1 of a', 'c: 0'])
  })

  it('never of another occurrence, though one follows the other at once', async () => {
    expect(
      await told(
        { name: 'a', start: 0, end: 30, occurrence: '1' },
        { name: 'b', start: 30, end: 60, occurrence: '2' },
      ),
    ).toEqual(['a: 0', 'b: 0'])
  })

  it('never of another webinar', async () => {
    expect(
      await told({ name: 'a', start: 0, end: 30 }, { name: 'b', webinar: 'other', start: 35, end: 60 }),
    ).toEqual(['a: 0', 'b: 0'])
  })

  it("told by Zoom's minutes where no end is known, and not at all without any time", async () => {
    expect(
      await told(
        { name: 'a', start: 0, reportedMinutes: 40 },
        { name: 'b', start: 95 },
        { name: 'c', start: null },
      ),
    ).toEqual(['a: 0', 'b: 1 of a', 'c: 0'])
  })
})
