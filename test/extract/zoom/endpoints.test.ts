import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf } from '../../../extract/raw/columns.ts'
import { type DataStream, dataStreams, type Source, type Subject } from '../../../extract/streams.ts'
import { endpointFor, endpointsOf, parsePage } from '../../../extract/zoom/endpoints/catalogue.ts'

const subject: Subject = {
  key: 'everything',
  webinarId: 91234567890,
  instanceUuid: '/a//b==',
  userId: 'ann@example.com',
  from: '2026-02-01',
  to: '2026-02-28',
}
const uuid = '%252Fa%252F%252Fb%253D%253D'
const every = dataStreams.flatMap((stream) => endpointsOf(stream))

describe('the catalogue', () => {
  const asked: [DataStream, Source, string, string, string][] = [
    ['users', 'users', 'medium', '/users', 'status=active&page_size=300'],
    ['webinars', 'webinars', 'light', '/webinars/91234567890', 'show_previous_occurrences=true'],
    ['webinars', 'users', 'medium', '/users/ann%40example.com/webinars', 'type=scheduled&page_size=300'],
    [
      'instances',
      'history_meetings',
      'heavy',
      '/report/history_meetings',
      'from=2026-02-01&to=2026-02-28&meeting_type=webinar&page_size=300',
    ],
    [
      'instances',
      'user_reports',
      'heavy',
      '/report/users/ann%40example.com/meetings',
      'from=2026-02-01&to=2026-02-28&type=past&page_size=300',
    ],
    [
      'instances',
      'metrics',
      'resource_intensive',
      '/metrics/webinars',
      'type=past&from=2026-02-01&to=2026-02-28&page_size=300',
    ],
    ['instances', 'past_webinars', 'light', '/past_webinars/91234567890/instances', ''],
    [
      'participants',
      'report',
      'heavy',
      `/report/webinars/${uuid}/participants`,
      'page_size=300&include_fields=registrant_id',
    ],
    ['participants', 'past_webinars', 'medium', `/past_webinars/${uuid}/participants`, 'page_size=300'],
    [
      'participants',
      'metrics',
      'heavy',
      `/metrics/webinars/${uuid}/participants`,
      'type=past&page_size=300&include_fields=registrant_id',
    ],
    [
      'registrants',
      'webinars',
      'medium',
      '/webinars/91234567890/registrants',
      'status=approved&page_size=300',
    ],
    ['registration_questions', 'webinars', 'light', '/webinars/91234567890/registrants/questions', ''],
    ['panelists', 'webinars', 'medium', '/webinars/91234567890/panelists', ''],
    ['absentees', 'past_webinars', 'heavy', `/past_webinars/${uuid}/absentees`, 'page_size=300'],
    ['polls', 'report', 'heavy', `/report/webinars/${uuid}/polls`, ''],
    ['polls', 'past_webinars', 'medium', `/past_webinars/${uuid}/polls`, ''],
    ['questions', 'report', 'heavy', `/report/webinars/${uuid}/qa`, ''],
    ['questions', 'past_webinars', 'medium', `/past_webinars/${uuid}/qa`, ''],
    ['surveys', 'report', 'heavy', `/report/webinars/${uuid}/survey`, ''],
    ['tracking_sources', 'webinars', 'medium', '/webinars/91234567890/tracking_sources', ''],
    ['report_details', 'report', 'heavy', `/report/webinars/${uuid}`, ''],
    ['report_details', 'metrics', 'heavy', `/metrics/webinars/${uuid}`, 'type=past'],
  ]

  test.each(asked)('%s from %s is a %s request of %s?%s', (stream, source, label, path, search) => {
    const endpoint = endpointFor(stream, source)
    const { path: asks, query } = endpoint.request(subject)
    expect([endpoint.label, asks, new URLSearchParams(query).toString()]).toEqual([label, path, search])
  })

  test('has nothing beyond these, and an endpoint for every stream', () => {
    expect(every.map(({ stream, source }) => `${stream} ${source}`).sort()).toEqual(
      asked.map(([stream, source]) => `${stream} ${source}`).sort(),
    )
    for (const stream of dataStreams) expect(endpointsOf(stream).length).toBeGreaterThan(0)
  })

  test('prefers report, then past_webinars, then metrics for participants', () => {
    expect(endpointsOf('participants').map(({ source }) => source)).toEqual([
      'report',
      'past_webinars',
      'metrics',
    ])
  })

  test('names a granular scope before the classic ones everywhere', () => {
    for (const { scopes } of every) {
      expect(scopes[0]).toMatch(/^[a-z]+:read:[a-z_]+:admin$/)
      expect(scopes).toContainEqual(expect.stringMatching(/^[a-z_]+:read:admin$/))
    }
  })

  test('refuses a source a stream does not have, and a subject an endpoint cannot be asked by', () => {
    expect(() => endpointFor('surveys', 'metrics')).toThrow('it comes from report')
    expect(() => endpointFor('participants', 'report').request({ key: 'webinar:1', webinarId: 1 })).toThrow(
      'The subject webinar:1 has no instanceUuid',
    )
  })

  test('narrows registrants by status, occurrence and tracking source', () => {
    const narrowed = {
      ...subject,
      registrantStatus: 'denied',
      occurrenceId: '1648194360000',
      trackingSourceId: 't',
    } as const
    expect(endpointFor('registrants', 'webinars').request(narrowed).query).toEqual({
      status: 'denied',
      occurrence_id: '1648194360000',
      tracking_source_id: 't',
      page_size: '300',
    })
  })
})

describe('parse', () => {
  test('never throws, whatever the body: arbitrary JSON, alone or as a row of the right list', () => {
    const lists = [
      'users',
      'webinars',
      'history_meetings',
      'meetings',
      'participants',
      'registrants',
      'questions',
      'panelists',
      'survey_answers',
      'tracking_sources',
    ]
    const body = fc.oneof(
      fc.jsonValue(),
      fc
        .record({ list: fc.constantFrom(...lists), rows: fc.array(fc.jsonValue()) })
        .map(({ list, rows }) => ({ [list]: rows })),
      // Rows that look right but for one value.
      fc
        .record({
          list: fc.constantFrom(...lists),
          field: fc.constantFrom(
            'id',
            'uuid',
            'user_id',
            'join_time',
            'start_time',
            'name',
            'email',
            'question_details',
            'custom_questions',
            'settings',
            'meeting_uuid',
            'next_page_token',
            'total_records',
          ),
          value: fc.jsonValue(),
        })
        .map(({ list, field, value }) => ({
          [list]: [{ id: 1, uuid: 'u', [field]: value }],
          [field]: value,
        })),
    )
    fc.assert(
      fc.property(body, (value) => {
        for (const endpoint of every) {
          const page = endpoint.parse(value)
          const columns = Object.keys(columnsOf(endpoint.stream))
          for (const { row, raw } of page.rows) {
            JSON.parse(raw)
            for (const [column, cell] of Object.entries(row)) {
              expect(columns).toContain(column)
              expect(cell === null || ['string', 'number', 'boolean'].includes(typeof cell)).toBe(true)
            }
          }
          for (const reject of page.rejects) expect(reject.reason).not.toBe('')
        }
      }),
      { numRuns: 150 },
    )
  }, 120_000)

  test('does not throw on values nested to any depth', () => {
    for (const depth of [10, 200, 2000, 4000, 8000, 50_000]) {
      const nested = JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
      const row = { id: 'r', email: 'a@example.com', custom_questions: nested }
      const page = parsePage('registrants', 'webinars', { registrants: [row, nested], anything: nested })
      expect(page.rows.length + page.rejects.length).toBe(2)
      expect(parsePage('registrants', 'webinars', nested).rejects).toHaveLength(1)
    }
  })

  test('fills every column with a value of its type, or null', () => {
    const body = {
      participants: [
        {
          user_id: 16778240,
          name: '',
          user_email: null,
          duration: '20',
          failover: 'false',
          join_time: '2019-02-01T12:34:12.66Z',
          internal_user: true,
          a_new_field: [1],
        },
      ],
      total_records: '1',
      page_size: '300',
      next_page_token: '',
    }
    const page = parsePage('participants', 'report', body)
    expect(page).toMatchObject({ rejects: [], nextPageToken: null, totalRecords: 1, pageSize: 300 })
    expect(page.rows[0]?.row).toEqual({
      user_id: '16778240',
      zoom_user_id: null,
      registrant_id: null,
      name: null,
      email: null,
      join_time: Date.parse('2019-02-01T12:34:12.660Z'),
      leave_time: null,
      duration_seconds: 20,
      status: null,
      customer_key: null,
      breakout_room_id: null,
      is_internal: true,
      is_failover: false,
    })
    expect(JSON.parse(page.rows[0]?.raw ?? '')).toEqual(body.participants[0])
  })

  test('reads the dashboard’s other names, its role and device', () => {
    const row = {
      user_name: 'Ann',
      email: 'ann@example.com',
      id: 'old',
      participant_user_id: 'new',
      role: 'Panelist',
      device: 'Phone',
      participant_uuid: 'P',
      leave_reason: 'Left',
      join_time: '2026-01-01T00:00:00Z',
      location: 'France',
    }
    const [parsed] = parsePage('participants', 'metrics', {
      participants: [row, { ...row, role: 'co-host' }],
    }).rows
    expect(parsed?.row).toMatchObject({
      name: 'Ann',
      email: 'ann@example.com',
      zoom_user_id: 'new',
      role: 'panelist',
      device: 'Phone',
      participant_uuid: 'P',
      leave_reason: 'Left',
      country: 'France',
    })
    expect(
      parsePage('participants', 'metrics', { participants: [{ ...row, role: 'co-host' }] }).rows[0]?.row.role,
    ).toBe('other')
  })

  test('keeps a participant of whom anything is known, and refuses a row that says neither who nor when', () => {
    const page = parsePage('participants', 'report', {
      participants: [
        { name: 'only a name', join_time: '', leave_time: '' },
        { join_time: '2026-01-01T00:00:00Z' },
        { user_id: '1', leave_time: 'yesterday' },
        { status: 'in_meeting', duration: 0 },
        { name: { first: 'Ann' } },
        'nonsense',
      ],
    })
    expect(page.rows).toHaveLength(2)
    expect(page.rejects.map(({ rowNumber, reason }) => [rowNumber, reason])).toEqual([
      [3, 'leave_time is no time'],
      [4, 'neither who nor when: no user_id, name, id, email or join_time'],
      [5, 'name has an unexpected type'],
      [6, 'an object was expected'],
    ])
    expect(page.rejects.at(-1)?.raw).toBe('"nonsense"')
  })

  test('mends text that no column can hold, and leaves raw as it came', () => {
    const [row] = parsePage('participants', 'report', {
      participants: [{ name: 'A\u0000nn\ud800', user_id: '1' }],
    }).rows
    expect(row?.row.name).toBe('Ann\ufffd')
    expect(JSON.parse(row?.raw ?? '')).toEqual({ name: 'A\u0000nn\ud800', user_id: '1' })
  })

  test('does not take a body without a list for an empty page, unless it promises no rows', () => {
    expect(parsePage('participants', 'report', {}).rejects[0]?.rowNumber).toBeNull()
    expect(parsePage('participants', 'report', { participants: null }).rejects[0]?.rowNumber).toBeNull()
    expect(parsePage('participants', 'report', { participants: null, total_records: 0 }).rejects).toEqual([])
    expect(parsePage('polls', 'report', { uuid: 'u' })).toMatchObject({ rows: [], rejects: [] })
    expect(parsePage('report_details', 'report', {}).rejects[0]?.rowNumber).toBeNull()
  })

  test('removes join links from rows, rejects and typed columns', () => {
    const page = parsePage('webinars', 'webinars', {
      id: '912 3456 7890',
      topic: 'T',
      agenda: 'Join https://zoom.us/w/9?tk=SECRET now',
      password: 'SECRET',
      join_url: 'SECRET',
      settings: { approval_type: 0, registration_type: 2 },
      occurrences: [{ occurrence_id: '1', start_url: 'SECRET' }],
    })
    expect(JSON.stringify(page)).not.toContain('SECRET')
    expect(page.rows[0]?.row).toMatchObject({
      webinar_id: 91234567890,
      agenda: 'Join [link removed] now',
      approval_type: 0,
      registration_type: 2,
      occurrences: '[{"occurrence_id":"1"}]',
    })
    const refused = parsePage('registrants', 'webinars', {
      registrants: [{ join_url: 'SECRET', first_name: 'Ann' }],
    })
    expect(refused.rejects).toEqual([
      { rowNumber: 1, reason: 'neither id nor email', raw: '{"first_name":"Ann"}' },
    ])
  })

  test.each<[DataStream, Source, string]>([
    ['instances', 'history_meetings', 'history_meetings'],
    ['instances', 'user_reports', 'meetings'],
  ])('%s from %s drops meetings without a reject, and promises no total', (stream, source, list) => {
    const types =
      source === 'history_meetings' ? ['Meeting', 'Webinar', 'webinar'] : [1, '2', 5, 6, '9', 8, null]
    const rows = types.map((type, n) => ({
      type,
      id: n + 1,
      meeting_id: n + 1,
      uuid: `u${n}`,
      meeting_uuid: `u${n}`,
      start_time: '2026-01-01T00:00:00Z',
      schedule_time: '12/22/2021 16:20',
    }))
    const page = parsePage(stream, source, { [list]: rows, total_records: types.length })
    expect(page.rows.map(({ row }) => row.zoom_uuid)).toEqual(
      source === 'history_meetings' ? ['u1', 'u2'] : ['u2', 'u3', 'u4', 'u6'],
    )
    expect(page.rows[0]?.row.webinar_id).toBe(source === 'history_meetings' ? 2 : 3)
    expect([page.rejects, page.totalRecords]).toEqual([[], null])
  })

  test('an instance without uuid or with an unreadable start is a reject', () => {
    const page = parsePage('instances', 'past_webinars', {
      webinars: [
        { start_time: '2026-01-01T00:00:00Z' },
        { uuid: 'u', start_time: 'soon' },
        { uuid: 'v', occurrence_id: 7 },
      ],
    })
    expect(page.rejects.map(({ reason }) => reason)).toEqual(['uuid is missing', 'start_time is no time'])
    expect(page.rows[0]?.row).toEqual({ zoom_uuid: 'v', start_time: null, occurrence_id: '7' })
  })

  test('a list under another name is missed, not taken for an empty one', () => {
    const renamed = { question_detail: [{ question: 'Q1', answer: 'A1' }], name: 'Ann' }
    const bodies: [DataStream, Source, unknown][] = [
      ['polls', 'report', { uuid: 'u', polls: [renamed] }],
      ['polls', 'report', { uuid: 'u', questions: [renamed] }],
      ['registrants', 'webinars', { total_records: 0, people: [{ id: 'r1' }] }],
      ['registration_questions', 'webinars', { questions: { field_name: 'city' }, custom_questions: [] }],
    ]
    for (const [stream, source, body] of bodies) {
      const page = parsePage(stream, source, body)
      expect([page.rows.length, page.rejects.length], stream).toEqual([0, 1])
    }
    expect(parsePage('polls', 'report', { uuid: 'u', start_time: 'x' }).rejects).toEqual([])
  })

  test('polls and surveys have a row per person and question, whose raw has the person’s fields', () => {
    const people = [
      {
        name: 'Ann',
        email: 'a@example.com',
        question_details: [
          { question: 'Q1', answer: 'A1', date_time: '2026-01-01T00:00:00Z' },
          { question: 'Q2', answer: '' },
        ],
      },
      { name: 'Ben', question_details: [] },
      { name: 'Cid', question_details: 'broken' },
      'nobody',
    ]
    const polls = parsePage('polls', 'past_webinars', { uuid: 'u', questions: people })
    expect(polls.rows.map(({ row }) => [row.name, row.question, row.answer])).toEqual([
      ['Ann', 'Q1', 'A1'],
      ['Ann', 'Q2', null],
    ])
    expect(JSON.parse(polls.rows[0]?.raw ?? '')).toEqual({
      name: 'Ann',
      email: 'a@example.com',
      question: 'Q1',
      answer: 'A1',
      date_time: '2026-01-01T00:00:00Z',
    })
    expect(polls.rejects.map(({ rowNumber, reason }) => [rowNumber, reason])).toEqual([
      [3, 'question is missing'],
      [4, 'an object was expected'],
    ])
    const surveys = parsePage('surveys', 'report', {
      webinar_uuid: 'u',
      survey_id: 's',
      survey_name: 'S',
      survey_answers: [{ name: 'Ann', answer_details: [{ question: 'Q', question_id: 'q', answer: 'A' }] }],
    })
    expect(surveys.rows[0]?.row).toMatchObject({
      survey_id: 's',
      survey_name: 'S',
      name: 'Ann',
      question_id: 'q',
      answer: 'A',
    })
  })

  test('Q&A has a row per question, with its answers as JSON', () => {
    const page = parsePage('questions', 'report', {
      uuid: 'u',
      questions: [
        {
          user_id: 'z',
          name: 'Ann',
          email: '',
          question_details: [
            {
              question: 'Why?',
              answer_details: [{ content: 'Because', name: 'Ben' }],
              create_time: '2026-01-01T00:00:00Z',
              question_status: 'answered',
            },
          ],
        },
      ],
    })
    expect(page.rows[0]?.row).toMatchObject({
      zoom_user_id: 'z',
      name: 'Ann',
      email: null,
      question: 'Why?',
      question_status: 'answered',
      answers: '[{"content":"Because","name":"Ben"}]',
      asked_at: Date.parse('2026-01-01T00:00:00Z'),
    })
  })

  test('the registration form lists Zoom’s fields before the host’s questions', () => {
    const page = parsePage('registration_questions', 'webinars', {
      custom_questions: [{ title: 'Diet?', type: 'short', required: true, answers: ['a'] }],
      questions: [{ field_name: 'org', required: 'false' }],
    })
    expect(
      page.rows.map(({ row }) => [
        row.question_kind,
        row.field_name,
        row.title,
        row.is_required,
        row.answers,
      ]),
    ).toEqual([
      ['standard', 'org', null, false, null],
      ['custom', null, 'Diet?', true, '["a"]'],
    ])
  })
})
