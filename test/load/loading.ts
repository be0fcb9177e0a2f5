import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LoadEffects, type LoadOptions, type LoadSummary, load } from '../../load/load.ts'
import { createFilledDatabase } from '../postgres/testDatabase.ts'
import {
  capture,
  dropoff,
  instance,
  type Marts,
  participant,
  person,
  promise,
  registrant,
  session,
  uuid,
  webinar,
  writeCatalog,
} from './catalog.ts'

/** Loads marts into a database by way of a catalog of their own, which is removed again. */
export async function loadMarts(
  databaseUrl: string,
  marts: Marts,
  options: Partial<LoadOptions> & { prepare?: string[]; effects?: LoadEffects } = {},
): Promise<LoadSummary> {
  const catalogPath = await writeCatalog(marts, options.prepare)
  const tempDir = await mkdtemp(join(tmpdir(), 'rollcall-load-'))
  const run = {
    id: '20260505T010000000Z-acc',
    kind: 'sync',
    account_id: 'acc',
    started_at: new Date('2026-05-05T01:00:00Z'),
    software_version: '0.0.0-test',
  }
  try {
    return await load({ catalogPath, databaseUrl, run, tempDir, ...options }, options.effects)
  } finally {
    await rm(dirname(catalogPath), { recursive: true })
    await rm(tempDir, { recursive: true })
  }
}

/** A fresh warehouse that `smallAccount` was loaded into. */
export async function createSmallWarehouse(): Promise<string> {
  return (await createFilledDatabase('small_account', (url) => loadMarts(url, smallAccount()))).url
}

/** A folder for this test, removed after it. Anybody may enter it: the server that root starts is not root. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-scratch-'))
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Two webinars, three instances, three persons; ann came to both instances of the first webinar and left and came
 * back in its first. The second webinar had no registration. Copies are fresh: tests change them freely.
 */
export function smallAccount(): Marts {
  const annFirst = participant('ann-1', 'inst-1', 'web-a', 'ann', {
    registrant_id: uuid('reg-ann'),
    participant_email: 'ann@example.com',
    session_count: 2,
    total_duration: 1200,
    connected_duration: 1500,
    connection_count: 3,
    engagement_score: '80.50',
  })
  const bobFirst = participant('bob-1', 'inst-1', 'web-a', 'bob', {
    total_duration: 600,
    engagement_score: '40.25',
  })
  const annSecond = participant('ann-2', 'inst-2', 'web-a', 'ann', { total_duration: 1800 })
  const cyThird = participant('cy-3', 'inst-3', 'web-b', 'cy', { session_count: 3, total_duration: 900 })
  return {
    zoom_people: [person('ann'), person('bob'), person('cy')],
    zoom_person_aliases: [{ alias_id: uuid('ann-as-guest'), person_id: uuid('ann') }],
    zoom_webinars: [
      webinar('web-a', {
        total_registrants: 3,
        registrants_attended: 1,
        instance_count: 2,
        actual_participant_count: 3,
        unique_participant_count: 2,
      }),
      webinar('web-b', {
        zoom_webinar_id: 98765432101,
        has_registration: false,
        actual_participant_count: 1,
        unique_participant_count: 1,
      }),
    ],
    zoom_webinar_instances: [
      instance('inst-1', 'web-a', {
        reported_participants: 4,
        captured_rows: 5,
        actual_participant_count: 2,
        attendee_count: 2,
        peak_concurrent: 2,
        registrants_attended: 1,
      }),
      instance('inst-2', 'web-a', {
        instance_number: 2,
        reported_participants: 1,
        captured_rows: 1,
        actual_participant_count: 1,
        attendee_count: 1,
        peak_concurrent: 1,
        registrants_attended: 1,
      }),
      instance('inst-3', 'web-b', {
        captured_rows: 3,
        actual_participant_count: 1,
        attendee_count: 1,
        peak_concurrent: 1,
        capture_status: 'partial',
      }),
    ],
    zoom_registrants: [
      registrant('reg-ann', 'web-a', {
        person_id: uuid('ann'),
        has_attended: true,
        custom_answers: '[{"title":"Why?","value":"Because"}]',
      }),
      registrant('reg-dee', 'web-a'),
      registrant('reg-eve', 'web-a'),
    ],
    zoom_participants: [annFirst, bobFirst, annSecond, cyThird],
    zoom_participant_sessions: [
      session('s1', annFirst),
      session('s2', annFirst, { session_number: 2, join_time: '2026-05-04 15:30:00+00' }),
      session('s3', bobFirst),
      session('s4', annSecond),
      session('s5', cyThird),
      session('s6', cyThird, { session_number: 2, join_time: '2026-05-04 15:20:00+00' }),
      session('s7', cyThird, { session_number: 3, join_time: '2026-05-04 15:40:00+00' }),
    ],
    zoom_instance_timeline: [
      { instance_id: uuid('inst-1'), minute: '2026-05-04 15:00:00+00', present: 2, joined: 2, left: 0 },
      { instance_id: uuid('inst-1'), minute: '2026-05-04 15:10:00+00', present: 2, joined: 0, left: 2 },
    ],
    zoom_instance_dropoff: [
      dropoff('inst-1', 1, { present: 2, present_share: '1.0000', average_present: '2.00' }),
      dropoff('inst-1', 2, { away: 1, gone: 1 }),
      dropoff('inst-3', 1, { attendees: 1, present: 1, present_share: '1.0000', average_present: '0.50' }),
    ],
    zoom_poll_answers: [
      {
        id: uuid('poll-1'),
        webinar_id: uuid('web-a'),
        instance_id: uuid('inst-1'),
        participant_id: uuid('ann-1'),
        question: 'Q',
        answer: 'A',
      },
    ],
    zoom_questions: [
      { id: uuid('qa-1'), webinar_id: uuid('web-a'), instance_id: uuid('inst-1'), question: 'Recorded?' },
    ],
    zoom_survey_answers: [
      {
        id: uuid('sv-1'),
        webinar_id: uuid('web-a'),
        instance_id: uuid('inst-1'),
        participant_id: uuid('bob-1'),
        answer: '5',
      },
    ],
    zoom_capture_audit: [
      capture('inst-1', 'web-a'),
      capture('inst-2', 'web-a', { captured_at: '2026-05-06 02:00:00+00' }),
      capture('inst-3', 'web-b', { status: 'partial', expected: 9, reason: 'fewer rows than reported' }),
      { account_id: 'acc', subject: 'account', stream: 'users', captured: 3, status: 'complete' },
    ],
    zoom_capture_promises: [
      promise('inst-1', 'web-a'),
      promise('inst-1', 'web-a', {
        stream: 'instances',
        figure: 'unique_viewers',
        measure: 'people',
        verdict: 'differs',
      }),
      promise('inst-3', 'web-b', { promised: 9, verdict: 'short', note: '7 rows are missing' }),
    ],
  }
}

/** The row of a table with this id, to change it. */
export function row(marts: Marts, table: string, word: string): Record<string, unknown> {
  const found = marts[table]?.find((candidate) => candidate.id === uuid(word))
  if (found === undefined) throw new Error(`no ${word} in ${table}`)
  return found
}
