import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DataStream, Source } from '../../../extract/streams.ts'
import { parsePage } from '../../../extract/zoom/endpoints/catalogue.ts'

/* Bodies that were not made for rollcall: Zoom's own examples and those of two other projects. */

const shared = path.join(import.meta.dirname, '../../../../shared')
const folders = ['zoom-api/examples', 'fixtures/zoomnet', 'fixtures/zoom_rb'].map((name) =>
  path.join(shared, name),
)

/** Name of a body without its folder's habits of spelling → who reads it, and how many rows it has. */
const readable: [RegExp, DataStream, Source, number][] = [
  [/^users$|^user_list$/, 'users', 'users', 1],
  [/^users-userId-webinars$|^webinar_list$/, 'webinars', 'users', 1],
  [/^webinars-webinarId$|^webinar_get$/, 'webinars', 'webinars', 1],
  // One meeting each, no webinar: read and dropped.
  [/^report-history_meetings$/, 'instances', 'history_meetings', 0],
  [/^report-users-userId-meetings$/, 'instances', 'user_reports', 0],
  [/^metrics-webinars$/, 'instances', 'metrics', 1],
  [/^past_webinars-webinarId-instances$|^webinar_past_webinar_list$/, 'instances', 'past_webinars', 1],
  [
    /^report-(webinars|meetings)-\w+Id-participants$|^report_(webinar|meeting)_participants$/,
    'participants',
    'report',
    1,
  ],
  [/^_observed-report-meeting-participants/, 'participants', 'report', 9],
  [
    /^past_(webinars|meetings)-\w+Id-participants$|^webinar_past_webinars_participants$/,
    'participants',
    'past_webinars',
    1,
  ],
  [/^metrics-(webinars|meetings)-\w+Id-participants$/, 'participants', 'metrics', 1],
  [/^(webinars|meetings)-\w+Id-registrants$|^webinar_registrant_list$/, 'registrants', 'webinars', 1],
  [/^(webinars|meetings)-\w+Id-registrants-questions$/, 'registration_questions', 'webinars', 2],
  [/^webinars-webinarId-panelists$/, 'panelists', 'webinars', 1],
  [/^webinar_panelist_list$/, 'panelists', 'webinars', 2],
  [/absentees$/, 'absentees', 'past_webinars', 1],
  [/^report-(webinars|meetings)-\w+Id-polls$/, 'polls', 'report', 1],
  [/^past_(webinars|meetings)-\w+Id-polls$/, 'polls', 'past_webinars', 1],
  [/^report-(webinars|meetings)-\w+Id-qa$/, 'questions', 'report', 1],
  [/^past_(webinars|meetings)-\w+Id-qa$/, 'questions', 'past_webinars', 1],
  [/^report-(webinars|meetings)-\w+Id-survey$/, 'surveys', 'report', 1],
  [/^webinars-webinarId-tracking_sources$/, 'tracking_sources', 'webinars', 1],
  [/^report-(webinars|meetings)-\w+Id$|^report_meeting$/, 'report_details', 'report', 1],
  [/^metrics-(webinars|meetings)-\w+Id$/, 'report_details', 'metrics', 1],
]

/** Bodies nobody here reads, and why. */
const notOurs: [RegExp, string][] = [
  [/^error_/, 'an error body; see meanings.test.ts'],
  [/qos|satisfaction|sharing/, 'call quality is not extracted'],
  [/registrants-registrantId$/, 'single registrants are read from the listing'],
  [/^webinars-webinarId-(polls|survey)|pollId/, 'definitions of polls and surveys; the answers are read'],
  [
    /^(metrics|users-userId)-meetings$|^meetings-meetingId$|^past_meetings-meetingId(-instances)?$|^meeting_(list|instances)$|archive_files/,
    'meetings are not extracted',
  ],
  [/^dashboard_meetings?/, 'meetings are not extracted'],
  [
    /^report-(users|daily|meeting_activities|upcoming_events)$|^report_getaccountreport$/,
    'no stream of ours',
  ],
  [/^report_getuserreport$/, 'the retired first version of the API'],
]

const bodies = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file): [string, string] => [
        file
          .replace(/(_GET)?\.json$/, '')
          .replace(/[{}]/g, '')
          .replace(/-_(\w+?)_(?=-|$)/g, '-$1'),
        path.join(folder, file),
      ]),
  )

describe.skipIf(bodies.length === 0)('bodies of others (skipped where ../shared is absent)', () => {
  const ours = bodies.flatMap(([name, file]) =>
    readable.filter(([pattern]) => pattern.test(name)).map(([, ...rest]) => [name, file, ...rest] as const),
  )

  test.each(ours)('%s is read', (name, file, stream, source, rows) => {
    const body = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    const page = parsePage(stream, source, body)
    expect(page.rejects).toEqual([])
    // ZoomNet's registrant lists hold two or more.
    expect(page.rows.length).toBeGreaterThanOrEqual(rows)
    if (rows === 0 || name.startsWith('_observed')) expect(page.rows).toHaveLength(rows)
    for (const { row, raw } of page.rows) {
      expect(Object.values(row).some((value) => value !== null)).toBe(true)
      expect(raw).not.toMatch(/"(join_url|start_url|password|host_key|pmi)"|[?&](tk|pwd|zpk)=/)
    }
  })

  test('and every file is either read or left alone for a reason', () => {
    const unknown = bodies.filter(
      ([name]) => ![...readable, ...notOurs].some(([pattern]) => pattern.test(name)),
    )
    expect(unknown).toEqual([])
    expect(ours.length).toBeGreaterThanOrEqual(60)
  })
})
