import { beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, query } from '../postgres/testDatabase.ts'
import { capture, instance, uuid, webinar } from './catalog.ts'
import { loadMarts, smallAccount } from './loading.ts'

let url: string

beforeAll(async () => {
  url = (await createTestDatabase()).url
  const marts = smallAccount()
  marts.zoom_webinars?.push(
    webinar('web-c', {
      zoom_webinar_id: 3,
      status: 'scheduled',
      instance_count: 0,
      total_registrants: 7,
      start_time: '2027-01-01 00:00:00+00',
    }),
    webinar('web-d', { zoom_webinar_id: 4, instance_count: 4 }),
  )
  const statuses = ['empty', 'not_ready', 'expired', 'partial']
  marts.zoom_webinar_instances?.push(
    ...statuses.map((capture_status, index) =>
      instance(`inst-d${index}`, 'web-d', { instance_number: index + 1, capture_status }),
    ),
  )
  marts.zoom_capture_audit?.push(
    capture('inst-d0', 'web-d', { status: 'empty', captured_at: '2026-05-07 00:00:00+00' }),
  )
  await loadMarts(url, marts)
})

describe('webinar_attendance_analytics', () => {
  it('adds up the instances of a webinar', async () => {
    const [row] = await query(url, 'select * from webinar_attendance_analytics where id = $1', [
      uuid('web-a'),
    ])
    // Participants: ann 1200 s (came back), bob 600 s, ann again 1800 s.
    expect(row).toMatchObject({
      topic: 'About web-a',
      scheduled_duration: 60,
      instance_count: 2,
      total_registrants: 3,
      registrants_attended: 1,
      no_shows: 2,
      attendance_rate: '33.33',
      api_reported_attendees: 5,
      actual_participant_count: 3,
      unique_participant_count: 2,
      total_participant_minutes: '60.00',
      avg_attendance_minutes: '20.00',
      median_attendance_minutes: '20.00',
      avg_attendance_hours: '0.3333',
      rejoin_rate: '33.33',
      peak_concurrent: 2,
      avg_engagement_score: '60.38',
      participant_sync_status: 'complete',
      last_successful_sync: new Date('2026-05-06T02:00:00Z'),
    })
  })

  it('knows no attendance rate where nobody registered', async () => {
    const [row] = await query(url, 'select * from webinar_attendance_analytics where id = $1', [
      uuid('web-b'),
    ])
    expect(row).toMatchObject({
      attendance_rate: null,
      no_shows: null,
      api_reported_attendees: null,
      participant_sync_status: 'partial',
      last_successful_sync: null,
      rejoin_rate: '100.00',
    })
  })

  it('shows a webinar that has not run yet', async () => {
    const [row] = await query(url, 'select * from webinar_attendance_analytics where id = $1', [
      uuid('web-c'),
    ])
    expect(row).toMatchObject({
      total_registrants: 7,
      no_shows: null,
      total_participant_minutes: '0.00',
      avg_attendance_minutes: null,
      participant_sync_status: 'complete',
    })
  })

  it('shows the worst status of the instances, and empty counts as complete', async () => {
    const [row] = await query(url, 'select * from webinar_attendance_analytics where id = $1', [
      uuid('web-d'),
    ])
    expect(row).toMatchObject({
      participant_sync_status: 'expired',
      last_successful_sync: new Date('2026-05-07T00:00:00Z'),
    })
  })
})

describe('webinar_instance_attendance_analytics', () => {
  it('shows one instance', async () => {
    const [row] = await query(url, 'select * from webinar_instance_attendance_analytics where id = $1', [
      uuid('inst-1'),
    ])
    expect(row).toMatchObject({
      webinar_id: uuid('web-a'),
      topic: 'About web-a',
      total_registrants: 3,
      registrants_attended: 1,
      no_shows: 2,
      attendance_rate: '33.33',
      api_reported_attendees: 4,
      actual_participant_count: 2,
      unique_participant_count: 2,
      total_participant_minutes: '30.00',
      avg_attendance_minutes: '15.00',
      median_attendance_minutes: '15.00',
      rejoin_rate: '50.00',
      avg_engagement_score: '60.38',
      participant_sync_status: 'complete',
      last_successful_sync: new Date('2026-05-05T01:00:00Z'),
    })
  })

  it('has a row for an instance nobody came to', async () => {
    const [row] = await query(url, 'select * from webinar_instance_attendance_analytics where id = $1', [
      uuid('inst-d0'),
    ])
    expect(row).toMatchObject({
      unique_participant_count: 0,
      participant_sync_status: 'complete',
      attendance_rate: null,
    })
  })
})

describe('the promised queries', () => {
  it('run as they stand', async () => {
    const analytics = await query(
      url,
      'SELECT * FROM webinar_attendance_analytics ORDER BY actual_participant_count DESC;',
    )
    expect(analytics.map((row) => row.actual_participant_count)).toEqual([3, 1, 0, 0])
    const rejoined = await query(
      url,
      `SELECT p.participant_name, p.session_count, p.total_duration / 60 as total_minutes, w.topic
FROM zoom_participants p JOIN zoom_webinars w ON p.webinar_id = w.id
WHERE p.session_count > 1 ORDER BY p.session_count DESC LIMIT 20;`,
    )
    expect(rejoined).toEqual([
      { participant_name: 'cy', session_count: 3, total_minutes: 15, topic: 'About web-b' },
      { participant_name: 'ann', session_count: 2, total_minutes: 20, topic: 'About web-a' },
    ])
    const sessions = await query(
      url,
      `SELECT ps.*, p.participant_name FROM zoom_participant_sessions ps
JOIN zoom_participants p ON ps.participant_id = p.id
WHERE p.session_count > 2 ORDER BY ps.join_time;`,
    )
    expect(sessions.map((row) => [row.participant_name, row.session_number])).toEqual([
      ['cy', 1],
      ['cy', 2],
      ['cy', 3],
    ])
  })
})
