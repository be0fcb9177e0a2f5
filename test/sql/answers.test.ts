import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRow } from '../../extract/raw/columns.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader } from './catalog-reader.ts'
import { RawWorld } from './raw-world.ts'

/*
 * Goal: an answer leads to a participant only where it must be theirs, none is lost, and the score is what the
 * documented formula gives. Method: one instance of 100 minutes with everything, one with nothing but presence, one
 * of unknown length.
 */

const at = (minute: number) => new Date(Date.UTC(2026, 4, 10, 10, minute)).toISOString()
const stay = (name: string, from: number, until: number, row: RawRow = {}): RawRow => ({
  user_id: `${name}${from}`,
  name,
  join_time: at(from),
  leave_time: at(until),
  status: 'in_meeting',
  ...row,
})

function tell(world: RawWorld): void {
  const about = (uuid: string) => ({
    subject: `instance:${uuid}`,
    instance_uuid: uuid,
    webinar_id: 1,
  })
  for (const uuid of ['full==', 'plain=='])
    world.capture({
      stream: 'instances',
      subject: `window:${uuid}`,
      source_endpoint: 'history_meetings',
      rows: [{ webinar_id: 1, instance_uuid: uuid, zoom_uuid: uuid, start_time: at(0), end_time: at(100) }],
    })
  world.capture({
    ...about('full=='),
    stream: 'participants',
    rows: [
      stay('Ann Other', 0, 60, { email: 'ann@x.org' }),
      stay('Ann Other', 80, 100, { email: 'ann@x.org' }),
      stay('Bob Onename', 10, 40, { registrant_id: 'R-bob' }),
      stay('Cy Twin', 0, 100, { email: 'cy1@x.org' }),
      stay('Cy Twin', 0, 100, { email: 'cy2@x.org' }),
      stay('iPhone', 0, 50),
      stay('Dot Early', -30, 20, { zoom_user_id: 'U-dot' }),
    ],
  })
  world.capture({
    ...about('full=='),
    stream: 'polls',
    rows: [
      { name: 'A. Nother', email: 'Ann@x.org', polling_id: 'P1', question: 'One?', answer: 'yes' },
      { name: 'A. Nother', email: 'Ann@x.org', polling_id: 'P1', question: 'One?', answer: 'no' },
      { name: 'bob  onename', polling_id: 'P1', question: 'One?', answer: 'yes' },
      { name: 'Bob Onename', polling_id: 'P2', question: 'Two?', answer: 'yes' },
      // Two have the name; an address of nobody here; no name at all; a device.
      { name: 'Cy Twin', polling_id: 'P1', question: 'One?', answer: 'yes' },
      { name: 'Bob Onename', email: 'stranger@x.org', polling_id: 'P1', question: 'One?', answer: 'yes' },
      { name: 'Anonymous Attendee', polling_id: 'P1', question: 'One?', answer: 'yes' },
      { polling_id: 'P1', question: 'One?', answer: 'yes' },
      { name: 'iPhone', polling_id: 'P1', question: 'One?', answer: 'yes' },
      // Asked and not answered.
      { name: 'Dot Early', polling_id: 'P1', question: 'One?' },
    ],
  })
  world.capture({
    ...about('full=='),
    stream: 'questions',
    rows: [
      { name: 'Whoever', zoom_user_id: 'U-dot', question_id: 'Q1', question: 'Why?' },
      { name: 'Anonymous Attendee', question_id: 'Q2', question: 'How?' },
      { name: 'Anonymous Attendee', question_id: 'Q2', question: 'How?' },
    ],
  })
  world.capture({
    ...about('full=='),
    stream: 'surveys',
    rows: [
      { name: 'Cy', email: 'cy2@x.org', survey_id: 'S', question_id: 'SQ', question: 'Good?', answer: '5' },
    ],
  })
  world.capture({
    ...about('plain=='),
    stream: 'participants',
    rows: [stay('Ann Other', 0, 50, { email: 'ann@x.org' })],
  })
  world.capture({
    ...about('nothing=='),
    stream: 'participants',
    rows: [stay('Ann Other', 30, 30, { email: 'ann@x.org' })],
  })
}

let directory: string
let catalog: CatalogReader

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-answers-'))
  const world = new RawWorld()
  tell(world)
  await world.write(directory)
  catalog = await CatalogReader.open((await transform({ dataDir: directory, threads: 1 })).catalogPath)
})
afterAll(async () => {
  catalog?.close()
  await rm(directory, { recursive: true, force: true })
})

const given = (table: string) =>
  catalog.rows(`
    select p.participant_email as email, p.participant_name as name, count(*)::int as answers
    from marts.${table} a left join marts.zoom_participants p on p.id = a.participant_id
    group by all order by all`)

const participants = (uuid: string) =>
  catalog.rows(`
    select p.participant_name as name, p.participant_email as email, p.attended_seconds, p.attended_share,
      p.missed_start_seconds, p.missed_end_seconds, p.is_late_arrival, p.is_early_leaver, p.has_stayed_to_end,
      p.polls_offered, p.polls_answered, p.is_qa_offered, p.questions_asked, p.is_survey_offered,
      p.has_answered_survey, p.engagement_score as score
    from marts.zoom_participants p join marts.zoom_webinar_instances i on i.id = p.instance_id
    where i.zoom_uuid = '${uuid}' order by all`)

describe('an answer', () => {
  it('leads to who has its e-mail, else to the only one of its name, and none is lost', async () => {
    expect(await given('zoom_poll_answers')).toEqual([
      { email: 'ann@x.org', name: 'Ann Other', answers: 2 },
      { email: null, name: 'Bob Onename', answers: 2 },
      { email: null, name: 'Dot Early', answers: 1 },
      { email: null, name: null, answers: 5 },
    ])
  })
  it('leads to the account user who asked, and anonymous ones are counted and lead to nobody', async () => {
    expect(await given('zoom_questions')).toEqual([
      { email: null, name: 'Dot Early', answers: 1 },
      { email: null, name: null, answers: 2 },
    ])
  })
  it('by e-mail tells two of one name apart', async () => {
    expect(await given('zoom_survey_answers')).toEqual([{ email: 'cy2@x.org', name: 'Cy Twin', answers: 1 }])
  })
})

describe('the score', () => {
  it('weighs what was done by what was offered', async () => {
    const rows = await participants('full==')
    const scores = rows.map((row) => [row.email ?? row.name, row.score])
    // 50 for the share, 15 for the end, 15 for polls of two, 10 for a question, 10 for the survey: of 100.
    expect(scores).toEqual([
      ['ann@x.org', (50 * 0.8 + 15 + 15 / 2).toFixed(2)],
      ['Bob Onename', (50 * 0.3 + 15).toFixed(2)],
      ['cy1@x.org', (50 + 15).toFixed(2)],
      ['cy2@x.org', (50 + 15 + 10).toFixed(2)],
      ['Dot Early', (50 * 0.2 + 10).toFixed(2)],
      ['iPhone', (50 * 0.5).toFixed(2)],
    ])
  })
  it('stands beside its inputs', async () => {
    const [ann, bob, , , dot] = await participants('full==')
    expect(ann).toMatchObject({
      attended_seconds: 4800,
      attended_share: '0.8000',
      missed_start_seconds: 0,
      missed_end_seconds: 0,
      is_late_arrival: false,
      has_stayed_to_end: true,
      polls_offered: 2,
      polls_answered: 1,
      is_qa_offered: true,
      questions_asked: 0,
      is_survey_offered: true,
    })
    expect(bob).toMatchObject({
      missed_start_seconds: 600,
      missed_end_seconds: 3600,
      is_late_arrival: true,
      is_early_leaver: true,
      has_stayed_to_end: false,
      polls_answered: 2,
    })
    // Half an hour before the start is presence, and no share of the instance.
    expect(dot).toMatchObject({ attended_seconds: 1200, missed_start_seconds: 0, polls_answered: 0 })
  })
  it('leaves out what was not offered', async () => {
    expect(await participants('plain==')).toMatchObject([
      {
        polls_offered: 0,
        is_qa_offered: false,
        is_survey_offered: false,
        score: ((100 * 25) / 65).toFixed(2),
      },
    ])
  })
  it('is not there where the length of the instance is unknown, nor is being late', async () => {
    expect(await participants('nothing==')).toMatchObject([
      {
        score: null,
        attended_seconds: null,
        attended_share: null,
        missed_start_seconds: null,
        is_late_arrival: null,
        is_early_leaver: null,
        has_stayed_to_end: false,
      },
    ])
  })
})
