import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

interface Connection {
  participant: number
  instance: number
  join: number
  leave: number
}

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
})
afterAll(() => runner.close())

/** Small whole seconds over a few minutes, so that touching, nesting and equal times are common; and fractions. */
const connection = fc.record({
  participant: fc.integer({ min: 1, max: 4 }),
  instance: fc.constant(1),
  join: fc.integer({ min: 0, max: 400 }).map((half) => half * 500),
  leave: fc.integer({ min: 0, max: 400 }).map((half) => half * 500),
})

async function build(connections: Connection[]): Promise<void> {
  await runner.given(
    'intermediate.connections_cleaned',
    {
      connection_key: 'bigint',
      instance_key: 'bigint',
      join_ms: 'bigint',
      leave_ms: 'bigint',
      is_presence: 'boolean',
    },
    connections.map(({ instance, join, leave }, index) => ({
      connection_key: index + 1,
      instance_key: instance,
      join_ms: join,
      leave_ms: leave,
      is_presence: leave > join,
    })),
  )
  await runner.given(
    'intermediate.connections_identified',
    { connection_key: 'bigint', instance_key: 'bigint', participant_key: 'bigint' },
    connections.map(({ instance, participant }, index) => ({
      connection_key: index + 1,
      instance_key: instance,
      participant_key: participant,
    })),
  )
  await runner.given(
    'intermediate.roles_assigned',
    { participant_key: 'bigint', role: 'varchar' },
    [1, 2, 3, 4].map((key) => ({ participant_key: key, role: key === 4 ? 'panelist' : 'attendee' })),
  )
  await runner.given(
    'intermediate.instances_united',
    { instance_key: 'bigint', start_ms: 'bigint', end_ms: 'bigint' },
    [{ instance_key: 1, start_ms: 30_000, end_ms: 150_000 }],
  )
  await runner.build(
    'intermediate.presence_merged',
    'intermediate.presence_totalled',
    'intermediate.presence_counted',
    'intermediate.presence_peaked',
    'intermediate.presence_by_minute',
  )
}

/** Presence reckoned by looking at each half second of each participant. */
function presentAt(connections: Connection[], participant: number, moment: number): boolean {
  return connections.some(
    ({ participant: who, join, leave }) => who === participant && join <= moment && moment < leave,
  )
}

const moments = Array.from({ length: 402 }, (_, half) => half * 500)

describe('presence', () => {
  it('is what looking at every half second gives: sessions, totals, peaks and the timeline', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(connection, { maxLength: 14 }), async (connections) => {
        await build(connections)
        const sessions: number[][] = []
        for (const participant of [1, 2, 3, 4]) {
          let begun: number | undefined
          for (const moment of moments) {
            const present = presentAt(connections, participant, moment)
            if (present && begun === undefined) begun = moment
            if (!present && begun !== undefined) {
              sessions.push([participant, begun, moment])
              begun = undefined
            }
          }
        }
        const found = await runner.rows(
          'select participant_key as p, join_ms as j, leave_ms as l, duration as d from intermediate.presence_merged order by 1, 2',
        )
        expect(found.map(({ p, j, l }) => [Number(p), Number(j), Number(l)])).toEqual(sessions)
        const seconds = (from: number, to: number) => Math.floor(to / 1000) - Math.floor(from / 1000)
        expect(found.map(({ d }) => Number(d))).toEqual(
          sessions.map(([, from, to]) => seconds(from as number, to as number)),
        )

        for (const { p, total, connected } of await runner.rows(`
          select participant_key as p, total_duration as total, (
            select sum(leave_ms // 1000 - join_ms // 1000) from intermediate.connections_cleaned
            join intermediate.connections_identified as i using (connection_key)
            where is_presence and i.participant_key = t.participant_key) as connected
          from intermediate.presence_totalled as t`)) {
          const own = sessions.filter(([who]) => who === Number(p))
          expect(Number(total)).toBe(
            own.reduce((sum, [, from, to]) => sum + seconds(from as number, to as number), 0),
          )
          expect(Number(connected)).toBeGreaterThanOrEqual(Number(total))
        }

        const counts = moments.map(
          (moment) => [1, 2, 3, 4].filter((who) => presentAt(connections, who, moment)).length,
        )
        const attendees = moments.map(
          (moment) => [1, 2, 3].filter((who) => presentAt(connections, who, moment)).length,
        )
        const peak = Math.max(...counts)
        const peaks = await runner.rows('select * from intermediate.presence_peaked')
        expect(peaks.map((row) => Object.values(row).map(Number))).toEqual(
          peak === 0
            ? []
            : [[1, peak, (moments[counts.indexOf(peak)] as number) + 0, Math.max(...attendees)]],
        )

        const minutes = await runner.rows(
          'select epoch_ms(minute) // 60000 as m, present, joined, "left" from intermediate.presence_by_minute order by 1',
        )
        for (const { m, present, joined, left } of minutes) {
          const inMinute = (moment: number) => Math.floor(moment / 60_000) === Number(m)
          expect(Number(present)).toBe(Math.max(...counts.filter((_, index) => inMinute(index * 500))))
          expect(Number(joined)).toBe(sessions.filter(([, from]) => inMinute(from as number)).length)
          expect(Number(left)).toBe(sessions.filter(([, , to]) => inMinute(to as number)).length)
        }
        expect(minutes.reduce((sum, { joined }) => sum + Number(joined), 0)).toBe(sessions.length)
      }),
      { numRuns: 60 },
    )
  })
})
