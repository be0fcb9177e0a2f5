import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFull } from '../chaos/scope.ts'
import { ModelRunner } from './model-runner.ts'

/*
 * Goal: sessions, totals, peak, timeline, drop-off, lateness and early leaving are what looking at every half second
 * of every participant gives. Method: random rows of three instances of one webinar, whose start and end are known,
 * whose start is known, and of which nothing is known; the models against plain TypeScript.
 */

interface JoinRow {
  instance: number
  participant: number
  join: number
  leave: number
  inRoom: boolean
  isWaiting: boolean
  isRepeated: boolean
}

interface Session {
  who: number
  join: number
  leave: number
}

const half = 500
const lastMoment = 400
const instances = [
  { instance_key: 1, start_ms: 30_000, end_ms: 150_000 },
  { instance_key: 2, start_ms: 20_000, end_ms: null },
  { instance_key: 3, start_ms: null, end_ms: null },
]
const people = [1, 2, 3, 4]
const isAttendee = (who: number): boolean => who % 10 !== 4

/**
 * Moments at which rules turn, in half seconds, and any others: starts and ends of the instances, the bounds of the
 * tenths and of being late, each with its neighbours.
 */
const turns = [40, 60, 84, 108, 132, 276, 300]
const moment = fc.oneof(
  fc.tuple(fc.constantFrom(...turns), fc.constantFrom(0, 0, -1, 1)).map(([turn, by]) => turn + by),
  fc.integer({ min: 0, max: lastMoment }),
)

/** The rows of one participant, most of them close to the end of the one before: touching, overlapping, moving. */
const chain = fc.record({
  instance: fc.integer({ min: 1, max: 3 }),
  participant: fc.constantFrom(...people),
  from: moment,
  rows: fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -lastMoment, max: lastMoment })),
      until: fc.oneof(
        moment,
        fc.integer({ min: -2, max: 8 }).map((length) => -1000 + length),
      ),
      inRoom: fc.boolean(),
      isWaiting: fc.nat(7).map((drawn) => drawn === 0),
      isRepeated: fc.nat(3).map((drawn) => drawn === 0),
    }),
    { minLength: 1, maxLength: 6 },
  ),
})

const within = (at: number) => Math.min(lastMoment, Math.max(0, at))

const rows = fc.array(chain, { maxLength: 12 }).map((chains) =>
  chains.flatMap(({ instance, participant, from, rows: drawn }) => {
    let at = from
    return drawn.map(({ gap, until, ...rest }, index): JoinRow => {
      const join = within(index === 0 ? from : at + gap)
      // Below zero: a length, which may be none.
      const leave = within(until < -900 ? join + until + 1000 : until)
      at = Math.max(at, leave)
      return { instance, participant, join: join * half, leave: leave * half, ...rest }
    })
  }),
)

/** The last leaves as the instance starts of which only the start is known: rarely drawn. */
const overAtTheStart: JoinRow[] = [
  {
    instance: 2,
    participant: 1,
    join: 5000,
    leave: 20_000,
    inRoom: false,
    isWaiting: false,
    isRepeated: false,
  },
]

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
})
afterAll(() => runner.close())

async function build(drawn: readonly JoinRow[]): Promise<void> {
  const at = (ms: number) => new Date(ms).toISOString()
  await runner.given(
    'staging.participants',
    {
      capture_id: 'varchar',
      join_time: 'timestamptz',
      leave_time: 'timestamptz',
      user_id: 'varchar',
      name: 'varchar',
      email: 'varchar',
      registrant_id: 'varchar',
      zoom_user_id: 'varchar',
      breakout_room_id: 'varchar',
      status: 'varchar',
      role: 'varchar',
      source_endpoint: 'varchar',
    },
    drawn.flatMap((one, index) => {
      const given = {
        capture_id: `c${one.instance}`,
        join_time: at(one.join),
        leave_time: at(one.leave),
        user_id: String(index),
        name: String(one.instance * 10 + one.participant),
        breakout_room_id: one.inRoom ? 'room' : null,
        status: one.isWaiting ? 'in_waiting_room' : 'in_meeting',
        source_endpoint: 'report',
      }
      return one.isRepeated ? [given, given] : [given]
    }),
  )
  await runner.given(
    'intermediate.names_normalised',
    { name: 'varchar', name_key: 'varchar', match_key: 'varchar', is_generic: 'boolean' },
    [],
  )
  await runner.given(
    'intermediate.instances_united',
    {
      instance_key: 'bigint',
      account_id: 'varchar',
      instance_uuid: 'varchar',
      start_ms: 'bigint',
      end_ms: 'bigint',
    },
    instances.map((one) => ({ account_id: 'ACC', instance_uuid: `i${one.instance_key}`, ...one })),
  )
  await runner.given(
    'staging.captures',
    {
      capture_id: 'varchar',
      account_id: 'varchar',
      instance_uuid: 'varchar',
      stream: 'varchar',
      is_best: 'boolean',
    },
    instances.map(({ instance_key }) => ({
      capture_id: `c${instance_key}`,
      account_id: 'ACC',
      instance_uuid: `i${instance_key}`,
      stream: 'participants',
      is_best: true,
    })),
  )
  await runner.given(
    'intermediate.roles_assigned',
    { participant_key: 'bigint', role: 'varchar' },
    instances.flatMap(({ instance_key }) =>
      people.map((person) => ({
        participant_key: instance_key * 10 + person,
        role: isAttendee(person) ? 'attendee' : 'panelist',
      })),
    ),
  )
  await runner.build('intermediate.rows_located', 'intermediate.connections_cleaned')
  await runner.rows(
    `create or replace table intermediate.connections_identified as
     select connection_key, instance_key, name::bigint as participant_key from intermediate.connections_cleaned`,
  )
  await runner.build(
    'intermediate.presence_merged',
    'intermediate.presence_totalled',
    'intermediate.presence_counted',
    'intermediate.presence_peaked',
    'intermediate.presence_by_minute',
    'intermediate.instances_measured',
    'intermediate.participants_timed',
    'intermediate.presence_by_tenth',
  )
}

/** Numbers of the rows a query gives, null as it is. */
async function found(sql: string): Promise<(number | null)[][]> {
  return (await runner.rows(sql)).map((one) =>
    Object.values(one).map((value) => (value === null ? null : Number(value))),
  )
}

/** The sessions of one participant, by asking of each half second whether anything holds it. */
function sessionsOf(who: number, drawn: readonly JoinRow[]): Session[] {
  const stays = drawn.filter(
    (one) => one.instance * 10 + one.participant === who && !one.isWaiting && one.leave > one.join,
  )
  const isPresent = (moment: number) => stays.some(({ join, leave }) => join <= moment && moment < leave)
  const sessions: Session[] = []
  for (let moment = 0; moment <= lastMoment * half; moment += half) {
    const open = sessions.at(-1)
    if (isPresent(moment) && (open === undefined || open.leave < moment)) {
      const isMove =
        open !== undefined &&
        stays.some(
          (before) =>
            before.leave >= moment - 1000 &&
            before.leave <= open.leave &&
            (before.inRoom || stays.some((after) => after.join === moment && after.inRoom)),
        )
      if (isMove) open.leave = moment + half
      else sessions.push({ who, join: moment, leave: moment + half })
    } else if (isPresent(moment) && open !== undefined) open.leave = moment + half
  }
  return sessions
}

const seconds = (from: number, to: number) => Math.floor(to / 1000) - Math.floor(from / 1000)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** From when to when an instance ran, or undefined where nobody knows. */
function spanOf(instance: number, drawn: readonly JoinRow[]): { start: number; end: number } | undefined {
  const given = instances[instance - 1]
  const stays = drawn.filter((one) => one.instance === instance && !one.isWaiting && one.leave > one.join)
  const first = Math.min(...stays.map(({ join }) => join))
  const last = Math.max(...stays.map(({ leave }) => leave))
  if (given?.start_ms && given.end_ms) return { start: given.start_ms, end: given.end_ms }
  if (stays.length === 0) return undefined
  return { start: given?.start_ms && given.start_ms < last ? given.start_ms : first, end: last }
}

/** Peak, its first moment, and the most attendees, by counting heads every half second. */
function peakOf(sessions: readonly Session[]): number[] | undefined {
  let peak = { count: 0, at: 0, attendees: 0 }
  for (let moment = 0; moment <= lastMoment * half; moment += half) {
    const here = sessions.filter(({ join, leave }) => join <= moment && moment < leave)
    const attendees = Math.max(peak.attendees, here.filter(({ who }) => isAttendee(who)).length)
    peak = here.length > peak.count ? { count: here.length, at: moment, attendees } : { ...peak, attendees }
  }
  return peak.count === 0 ? undefined : [peak.count, peak.at, peak.attendees]
}

function placesOf(span: { start: number; end: number }, sessions: readonly Session[]): number[][] {
  const attendees = [...Map.groupBy(sessions, ({ who }) => who)]
    .filter(([who]) => isAttendee(who))
    .map(([, own]) => own)
  if (attendees.length === 0 || seconds(span.start, span.end) === 0) return []
  const bound = (tenth: number) => span.start + Math.floor(((span.end - span.start) * tenth) / 10)
  return Array.from({ length: 10 }, (_, index) => {
    const [from, until] = [bound(index), bound(index + 1)]
    const present = attendees.filter((own) => own.some((s) => s.join < until && s.leave > from)).length
    const notYet = attendees.filter((own) => own.every((s) => s.join >= until)).length
    const gone = attendees.filter((own) => own.every((s) => s.leave <= from)).length
    const time = sum(
      attendees.flat().map((s) => Math.max(0, Math.min(s.leave, until) - Math.max(s.join, from))),
    )
    const average = Math.round((1e6 * time) / (until - from)) / 1e6
    return [
      index + 1,
      attendees.length,
      notYet,
      present,
      attendees.length - notYet - present - gone,
      gone,
      average,
    ]
  })
}

describe('presence', () => {
  it('is what looking at every half second gives, at every grain', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        await build(drawn)
        const keys = [1, 2, 3].flatMap((instance) => people.map((person) => instance * 10 + person))
        const sessions = keys.flatMap((who) => sessionsOf(who, drawn))
        expect(
          await found(
            'select participant_key, join_ms, leave_ms, duration from intermediate.presence_merged order by 1, 2',
          ),
        ).toEqual(sessions.map(({ who, join, leave }) => [who, join, leave, seconds(join, leave)]))

        const byParticipant = [...Map.groupBy(sessions, ({ who }) => who)]
        expect(
          await found(
            `select participant_key, session_count, total_duration, first_join_ms, last_leave_ms
             from intermediate.presence_totalled order by 1`,
          ),
        ).toEqual(
          byParticipant.map(([who, own]) => [
            who,
            own.length,
            sum(own.map(({ join, leave }) => seconds(join, leave))),
            own[0]?.join,
            own.at(-1)?.leave,
          ]),
        )

        for (const instance of [1, 2, 3]) {
          const here = sessions.filter(({ who }) => Math.floor(who / 10) === instance)
          const peak = peakOf(here)
          const told = `from intermediate.presence_peaked where instance_key = ${instance}`
          expect(await found(`select peak_concurrent, peak_at_ms, attendee_peak_concurrent ${told}`)).toEqual(
            peak === undefined ? [] : [peak],
          )

          const minutes = await found(
            `select epoch_ms(minute) // 60000, present, joined, "left" from intermediate.presence_by_minute
             where instance_key = ${instance} order by 1`,
          )
          for (const [minute, present, joined, left] of minutes) {
            const isIn = (moment: number) => Math.floor(moment / 60_000) === minute
            const moments = Array.from(
              { length: 120 },
              (_, index) => (minute as number) * 60_000 + index * half,
            )
            const heads = moments.map((at) => here.filter((s) => s.join <= at && at < s.leave).length)
            expect([present, joined, left]).toEqual([
              Math.max(...heads),
              here.filter(({ join }) => isIn(join)).length,
              here.filter(({ leave }) => isIn(leave)).length,
            ])
          }
          expect(sum(minutes.map(([, , joined]) => joined as number))).toBe(here.length)

          const span = spanOf(instance, drawn)
          const duration = span === undefined ? null : seconds(span.start, span.end)
          expect(
            await found(
              `select start_ms, end_ms, duration from intermediate.instances_measured where instance_key = ${instance}`,
            ),
          ).toEqual([[span?.start ?? instances[instance - 1]?.start_ms ?? null, span?.end ?? null, duration]])

          const timed = await found(
            `select participant_key, attended_seconds, missed_start_seconds, missed_end_seconds, is_late_arrival,
               is_early_leaver
             from intermediate.participants_timed where instance_key = ${instance} order by 1`,
          )
          const lengthSeconds = duration ?? 0
          expect(timed).toEqual(
            span === undefined || lengthSeconds === 0
              ? []
              : [...Map.groupBy(here, ({ who }) => who)].map(([who, own]) => {
                  const clamp = (ms: number) => Math.min(span.end, Math.max(span.start, ms))
                  const missedStart = seconds(span.start, clamp(own[0]?.join as number))
                  const missedEnd = seconds(clamp(own.at(-1)?.leave as number), span.end)
                  const edge = Math.min(300, lengthSeconds / 10)
                  return [
                    who,
                    sum(own.map(({ join, leave }) => seconds(clamp(join), clamp(leave)))),
                    missedStart,
                    missedEnd,
                    Number(missedStart >= edge),
                    Number(missedEnd >= edge),
                  ]
                }),
          )

          expect(
            await found(
              `select tenth, attendees, not_yet_come, present, away, gone, round(average_present, 6)
               from intermediate.presence_by_tenth where instance_key = ${instance} order by 1`,
            ),
          ).toEqual(span === undefined ? [] : placesOf(span, here))
        }
      }),
      { numRuns: isFull ? 1000 : 20, examples: [[overAtTheStart]] },
    )
  }, 600_000)
})
