import { beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import {
  capture,
  dropoff,
  instance,
  type Marts,
  participant,
  person,
  type Row,
  registrant,
  uuid,
  webinar,
} from './catalog.ts'
import { loadMarts } from './loading.ts'

/*
 * Goal: what the views say about audiences is what one counts by hand. Method: three webinars in spring 2026, read
 * last on 15 June: `spring` ran on 2 March, crashed and was restarted; `follow` ran on 20 March without anything to
 * take part in; `summer` ran on 10 May and could only be read in part; `later` has not run.
 */

const offered = { polls_offered: 2, is_qa_offered: true }
const poll = { polls_offered: 2, polls_answered: 1, is_qa_offered: true }

function came(word: string, at: string, row: Row = {}): Row {
  const [name = '', instanceWord = ''] = word.split('@')
  const web = { s1: 'spring', s2: 'spring', f1: 'follow', m1: 'summer' }[instanceWord] as string
  return participant(word, instanceWord, web, name, {
    first_join_time: `${at} 15:00:00+00`,
    last_leave_time: `${at} 15:30:00+00`,
    participant_email: `${name}@example.com`,
    engagement_score: '50.00',
    attended_share: '0.5000',
    missed_start_seconds: 0,
    missed_end_seconds: 0,
    ...row,
  })
}

function registered(word: string, web: string, row: Row = {}): Row {
  return registrant(word, web, { registered_at: '2026-02-20 15:00:00+00', ...row })
}

function marts(): Marts {
  const attended = { has_attended: true, instances_attended: 1 }
  return {
    zoom_people: ['ann', 'bob', 'cy', 'dee', 'eve', 'hal'].map((name) => person(name)),
    zoom_webinars: [
      webinar('spring', { total_registrants: 5, registrants_attended: 2, instance_count: 2 }),
      webinar('follow', { zoom_webinar_id: 2, total_registrants: 1, registrants_attended: 1 }),
      webinar('summer', { zoom_webinar_id: 3, total_registrants: 2 }),
      webinar('later', { zoom_webinar_id: 4, total_registrants: 1, instance_count: 0 }),
    ],
    zoom_webinar_instances: [
      instance('s1', 'spring', {
        start_time: '2026-03-02 15:00:00+00',
        end_time: '2026-03-02 16:00:00+00',
        attendee_count: 3,
        viewer_count: 2,
        actual_participant_count: 4,
        attendee_peak_concurrent: 3,
        reported_participants: 6,
        reported_unique_viewers: 2,
        reported_peak_viewers: 2,
        reported_duration_minutes: 61,
        late_arrival_count: 1,
        early_leaver_count: 2,
        ...offered,
      }),
      instance('s2', 'spring', {
        start_time: '2026-03-02 16:10:00+00',
        end_time: '2026-03-02 17:00:00+00',
        restart_number: 1,
        restart_of_instance_id: uuid('s1'),
        ...offered,
      }),
      instance('f1', 'follow', {
        start_time: '2026-03-20 15:00:00+00',
        end_time: '2026-03-20 16:00:00+00',
        reported_participants: 3,
        capture_status: 'denied',
      }),
      instance('m1', 'summer', {
        start_time: '2026-05-10 15:00:00+00',
        end_time: null,
        duration: null,
        occurrence_id: '77',
        capture_status: 'partial',
      }),
    ],
    zoom_registrants: [
      registered('r-ann', 'spring', { ...attended, tracking_source: 'Newsletter', person_id: uuid('ann') }),
      registered('r-bob', 'spring', { ...attended, tracking_source: 'Newsletter', registered_at: null }),
      registered('r-eve', 'spring', { person_id: uuid('eve'), email: 'eve@example.com' }),
      registered('r-between', 'spring', { registered_at: '2026-03-02 16:05:00+00' }),
      registered('r-after', 'spring', { registered_at: '2026-04-01 00:00:00+00' }),
      registered('r-pending', 'spring', { status: 'pending' }),
      registered('r-follow', 'follow', attended),
      registered('r-occurrence', 'summer', { occurrence_id: '77' }),
      registered('r-other', 'summer', { occurrence_id: '99' }),
      registered('r-later', 'later'),
    ],
    zoom_participants: [
      came('ann@s1', '2026-03-02', { registrant_id: uuid('r-ann'), attended_share: '0.4000', ...poll }),
      came('ann@s2', '2026-03-02', { registrant_id: uuid('r-ann'), attended_share: '0.8000', ...poll }),
      came('ann@f1', '2026-03-20', { registrant_id: uuid('r-follow'), engagement_score: '20.50' }),
      // Bob answered a poll of an instance he stayed for less than half of: he did not stay engaged.
      came('bob@s1', '2026-03-02', { registrant_id: uuid('r-bob'), attended_share: '0.4999', ...poll }),
      came('bob@m1', '2026-05-10', { engagement_score: null, attended_share: null }),
      came('cy@s1', '2026-03-02', { participant_email: null, identity_method: 'name', session_count: 2 }),
      came('dee@m1', '2026-05-10', { engagement_score: null, attended_share: null }),
      came('hal@s1', '2026-03-02', { role: 'host' }),
      came('hal@f1', '2026-03-20', { role: 'host' }),
    ],
    zoom_instance_dropoff: [
      dropoff('s1', 1, { attendees: 3, present: 2, not_yet_come: 1, average_present: '1.50' }),
      dropoff('s2', 1, { attendees: 1, present: 0, away: 1 }),
      dropoff('s1', 2, { attendees: 3, present: 1, gone: 2, average_present: '0.75' }),
    ],
    zoom_capture_audit: [
      capture('s1', 'spring', { captured_at: '2026-06-15 00:00:00+00' }),
      capture('m1', 'summer', { captured_at: '2026-05-11 00:00:00+00', status: 'partial' }),
      // A later reading of another stream is no attendance.
      capture('m1', 'summer', { stream: 'polls', captured_at: '2026-12-01 00:00:00+00' }),
    ],
  }
}

let url: string
beforeAll(async () => {
  url = (await createTestDatabase()).url
  await loadMarts(url, marts())
})

const byWord = (rows: Row[], column: string): Record<string, Row> =>
  Object.fromEntries(
    rows.map((row) => [
      Buffer.from(String(row[column]).replaceAll('-', ''), 'hex').toString().replaceAll('\0', ''),
      row,
    ]),
  )

describe('repeat_attendance', () => {
  it('counts a restart as the same visit, leaves hosts out, and keeps open windows null', async () => {
    const people = byWord(await query(url, 'select * from repeat_attendance'), 'person_id')
    expect(Object.keys(people).sort()).toEqual(['ann', 'bob', 'cy', 'dee'])
    expect(people.ann).toMatchObject({
      broadcasts_attended: 2,
      webinars_attended: 2,
      first_webinar_id: uuid('spring'),
      days_to_second_visit: '18.00',
      came_again_within_30_days: true,
      is_recognisable: true,
    })
    expect(people.bob).toMatchObject({
      days_to_second_visit: '69.00',
      came_again_within_30_days: false,
      came_again_within_60_days: false,
      came_again_within_90_days: true,
    })
    expect(people.cy).toMatchObject({ is_recognisable: false, broadcasts_attended: 1 })
    // Dee came 35 days and some hours before the last reading.
    expect(people.dee).toMatchObject({
      second_came_at: null,
      came_again_within_30_days: false,
      came_again_within_60_days: null,
      came_again_within_90_days: null,
    })
  })
})

describe('attendance_cohorts', () => {
  it('counts over recognisable people and is null until a window has passed for the whole month', async () => {
    const cohorts = await query(
      url,
      'select to_char(cohort_month, $$YYYY-MM$$) as month, * from attendance_cohorts order by cohort_month',
    )
    expect(cohorts).toMatchObject([
      {
        month: '2026-03',
        people: 3,
        recognisable_people: 2,
        came_again: 2,
        came_again_rate: '100.00',
        came_again_within_30_days: 1,
        came_again_within_30_days_rate: '50.00',
        came_again_within_60_days: 1,
        came_again_within_60_days_rate: '50.00',
        came_again_within_90_days: null,
        came_again_within_90_days_rate: null,
      },
      { month: '2026-05', people: 1, came_again: 0, came_again_within_30_days: null },
    ])
  })
})

describe('registrant_funnel', () => {
  it('narrows step by step, by webinar and tracking source', async () => {
    const rows = await query(
      url,
      `select zoom_webinar_id as web, tracking_source as source, registered, approved, attended, no_shows, stayed_half,
         engaged, approval_rate, attendance_rate, stayed_half_rate, engaged_rate
       from registrant_funnel order by web desc, source`,
    )
    const values = rows.map((row) => Object.values(row))
    expect(values).toEqual([
      ['91234567890', 'Newsletter', 2, 2, 2, 0, 1, 1, '100.00', '100.00', '50.00', '100.00'],
      ['91234567890', null, 4, 3, 0, 3, 0, 0, '75.00', '0.00', null, null],
      ['4', null, 1, 1, null, null, null, null, '100.00', null, null, null],
      ['3', null, 2, 2, 0, 2, null, null, '100.00', '0.00', null, null],
      ['2', null, 1, 1, 1, 0, 1, null, '100.00', '100.00', '100.00', null],
    ])
  })

  it('adds up to the webinar', async () => {
    expect(
      await query(
        url,
        `select w.id from zoom_webinars w
         left join (select webinar_id, sum(approved) as approved, sum(no_shows) as no_shows from registrant_funnel
                    group by webinar_id) f on f.webinar_id = w.id
         left join webinar_attendance_analytics a on a.id = w.id
         where f.approved <> w.total_registrants or f.no_shows is distinct from a.no_shows`,
      ),
    ).toEqual([])
  })
})

describe('registrant_no_shows', () => {
  it('says who missed what, and how certain it is', async () => {
    const rows = byWord(await query(url, 'select * from registrant_no_shows'), 'registrant_id')
    expect(Object.keys(rows).sort()).toEqual(['r-after', 'r-between', 'r-eve', 'r-occurrence', 'r-other'])
    expect(rows['r-eve']).toMatchObject({ instances_missed: 2, is_certain: true, email: 'eve@example.com' })
    expect(rows['r-between']).toMatchObject({ instances_missed: 1 })
    expect(rows['r-after']).toMatchObject({ instances_missed: 0 })
    expect(rows['r-occurrence']).toMatchObject({ instances_missed: 1, is_certain: false })
    expect(rows['r-other']).toMatchObject({ instances_missed: 0 })
  })
})

describe('registration_to_attendance', () => {
  it('counts from signing up to the first coming', async () => {
    const rows = byWord(await query(url, 'select * from registration_to_attendance'), 'registrant_id')
    expect(Object.keys(rows).sort()).toEqual(['r-ann', 'r-bob', 'r-follow'])
    expect(rows['r-ann']).toMatchObject({
      lead_days: '10.00',
      lead_seconds: 864000,
      lead: '4 within a month',
      first_instance_id: uuid('s1'),
    })
    expect(rows['r-bob']).toMatchObject({ lead_days: null, lead_seconds: null, lead: null })
  })
})

describe('people_engagement_ranking', () => {
  it('adds points by month and quarter, and equal points share a rank', async () => {
    const rows = await query(
      url,
      `select display_name as name, instances_attended as n, engagement_points as points,
         avg_engagement_score as average, engagement_rank as rank, engagement_percentile as percentile
       from people_engagement_ranking where period = 'month' order by rank, name`,
    )
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['ann', 3, '120.50', '40.17', 1, '100.00'],
      ['bob', 1, '50.00', '50.00', 2, '0.00'],
      ['cy', 1, '50.00', '50.00', 2, '0.00'],
    ])
    expect(
      await query(
        url,
        `select to_char(period_start, 'YYYY-MM-DD') as start, engagement_points as points from people_engagement_ranking
         where period = 'quarter' and display_name = 'ann'`,
      ),
    ).toEqual([{ start: '2026-01-01', points: '120.50' }])
  })
})

describe('drop-off', () => {
  it('is in percent of all attendees who came, by instance and by webinar', async () => {
    const [first] = await query(
      url,
      'select * from instance_dropoff_analytics where instance_id = $1 and tenth = 1',
      [uuid('s1')],
    )
    expect(first).toMatchObject({
      topic: 'About spring',
      not_yet_come_percent: '33.33',
      present_percent: '66.67',
      away_percent: '0.00',
      gone_percent: '0.00',
      average_present_percent: '50.00',
    })
    const tenths = await query(url, 'select * from webinar_dropoff_analytics order by tenth')
    expect(tenths).toMatchObject([
      { instance_count: 2, attendees: 4, present: 2, present_percent: '50.00', away_percent: '25.00' },
      {
        instance_count: 1,
        attendees: 3,
        present: 1,
        gone_percent: '66.67',
        average_present_percent: '25.00',
      },
    ])
  })
})

describe("Zoom's own figures", () => {
  it('stand beside ours, with the differences where participants were captured', async () => {
    const rows = byWord(await query(url, 'select * from webinar_instance_attendance_analytics'), 'id')
    expect(rows.s1).toMatchObject({
      participants_difference: -2,
      viewers_difference: 0,
      peak_difference: 1,
      duration_difference_minutes: -1,
      late_arrival_rate: '33.33',
      early_leaver_rate: '66.67',
      avg_attended_percent: '46.66',
    })
    expect(rows.f1).toMatchObject({ api_reported_attendees: 3, participants_difference: null })
  })
})

describe('every figure of the views', () => {
  it('has a type of known size', async () => {
    expect(
      await query(
        url,
        `select table_name, column_name from information_schema.columns
         where table_schema = 'public' and table_name in ('repeat_attendance', 'attendance_cohorts', 'registrant_funnel',
           'registrant_no_shows', 'registration_to_attendance', 'people_engagement_ranking',
           'instance_dropoff_analytics', 'webinar_dropoff_analytics')
           and (data_type = 'timestamp without time zone' or data_type = 'numeric' and numeric_precision is null)`,
      ),
    ).toEqual([])
  })
})
