import { REGISTRANT_STATUSES } from '../../extract/plan.ts'
import { peopleOfInstance, personOfInstance } from './people.ts'
import { nothing, type Reading } from './reading.ts'
import { instanceSql, type Shape, webinarOf, webinarSql, zoomTime } from './shape.ts'

/** Instances that are due, all of one day. */
export interface Due {
  /** By their number; SQL of a list. */
  instances: string
  /** People of an instance; each has two rows. */
  persons: number
  /** SQL of the `k`th of them. */
  person(i: string, w: string, k: string): string
}

/**
 * What a run reads of instances that ended since the one before it, and of their webinars, see `makePlan`. Nobody is
 * absent, asks, answers, or waits for approval. The registrants are those of a webinar's first instance.
 */
export function dueReadings(shape: Shape, due: Due): Reading[] {
  const ofInstance = { ...aboutInstance(shape, due), ...nothing }
  const ofWebinar = { ...aboutWebinar(shape, due), ...nothing }
  return [
    panelists(shape, due),
    { ...ofWebinar, stream: 'tracking_sources', source: 'webinars', list: 'tracking_sources' },
    registrationQuestions(shape, due),
    ...REGISTRANT_STATUSES.map((status) => registrants(shape, due, status)),
    participants(shape, due),
    reportDetails(shape, due),
    { ...ofInstance, stream: 'polls', source: 'report', list: 'questions' },
    { ...ofInstance, stream: 'questions', source: 'report', list: 'questions' },
    { ...ofInstance, stream: 'surveys', source: 'report', list: 'survey_answers' },
    { ...ofInstance, stream: 'absentees', source: 'past_webinars', list: 'registrants' },
  ]
}

function aboutInstance(shape: Shape, { instances }: Due) {
  const { uuid, webinar, start } = instanceSql(shape, 'i')
  const subject = {
    ...{ key: `'instance:' || ${uuid}`, webinarId: webinar, instanceUuid: uuid, instanceStart: start },
  }
  return { of: `(select unnest(${instances}) as i)`, id: 'i', subject }
}

function aboutWebinar(shape: Shape, { instances }: Due) {
  const { webinar } = webinarSql('w')
  return {
    of: `(select distinct ${webinarOf(shape, 'i')} as w from (select unnest(${instances}) as i))`,
    id: 'w',
    subject: { key: `'webinar:' || ${webinar}`, webinarId: webinar },
  }
}

function participants(shape: Shape, due: Due): Reading {
  const { start } = instanceSql(shape, 'i')
  const w = webinarOf(shape, 'i')
  const person = `(${due.person('i', w, `(r % ${due.persons})`)})`
  const join = `(${start} + to_seconds((hash(i + r) % 3000)::bigint))`
  const stay = '(60 + hash(r + 1) % 2400)::bigint'
  const leave = `(${join} + to_seconds(${stay}))`
  const said = {
    user_id: '(16778240 + r * 1024)::varchar',
    registrant_id: `case when r % 17 <> 0 then 'reg-' || ${w} || '-' || ${person} end`,
    zoom_user_id: `case when r % 11 = 0 then 'user-' || ${person} end`,
    name: `'Person ' || ${person}`,
    email: `case when r % 3 <> 0 then 'person' || ${person} || '@example.com' end`,
    status: `'in_meeting'`,
  }
  return {
    ...aboutInstance(shape, due),
    ...{ stream: 'participants', source: 'report', list: 'participants' },
    found: `range(${due.persons * 2})`,
    columns: { ...said, join_time: join, leave_time: leave, duration_seconds: stay },
    sent: `json_object('id', coalesce(${said.zoom_user_id}, ''), 'user_id', ${said.user_id}, 'name', ${said.name},
      'user_email', coalesce(${said.email}, ''), 'registrant_id', coalesce(${said.registrant_id}, ''),
      'join_time', ${zoomTime(join)}, 'leave_time', ${zoomTime(leave)}, 'duration', ${stay},
      'status', ${said.status}, 'participant_user_id', coalesce(${said.zoom_user_id}, ''))`,
    kept: `'{"id":"' || r || '","name":"somebody who came","duration":' || r % 90 || '}'`,
  }
}

function reportDetails(shape: Shape, due: Due): Reading {
  const { uuid, webinar, start, end } = instanceSql(shape, 'i')
  const rows = due.persons * 2
  return {
    ...aboutInstance(shape, due),
    ...{ stream: 'report_details', source: 'report', list: null },
    found: '[i]',
    columns: { zoom_uuid: uuid, start_time: start, end_time: end, participants_count: `${rows}` },
    sent: `json_object('uuid', ${uuid}, 'id', ${webinar}, 'start_time', ${zoomTime(start)},
      'end_time', ${zoomTime(end)}, 'participants_count', ${rows})`,
  }
}

function registrants(shape: Shape, due: Due, status: (typeof REGISTRANT_STATUSES)[number]): Reading {
  const { subject, ...about } = aboutWebinar(shape, due)
  const person = personOfInstance(shape, 'w', 'w', 'r')
  const registered = `timestamptz '${shape.firstDate} 08:00:00+00'`
  const said = {
    registrant_id: `'reg-' || w || '-' || ${person}`,
    email: `'person' || ${person} || '@example.com'`,
    first_name: `'Person'`,
    last_name: `${person}::varchar`,
    status: `'${status}'`,
  }
  return {
    ...about,
    ...{ stream: 'registrants', source: 'webinars', list: 'registrants' },
    id: `w || '${status}'`,
    subject: { ...subject, key: `${subject.key} || ':status=${status}'`, registrantStatus: `'${status}'` },
    found: status === 'approved' ? `range(${peopleOfInstance})` : nothing.found,
    columns: { ...said, registered_at: registered },
    sent: `json_object('id', ${said.registrant_id}, 'email', ${said.email}, 'first_name', ${said.first_name},
      'last_name', ${said.last_name}, 'status', ${said.status}, 'create_time', ${zoomTime(registered)})`,
  }
}

function panelists(shape: Shape, due: Due): Reading {
  return {
    ...aboutWebinar(shape, due),
    ...{ stream: 'panelists', source: 'webinars', list: 'panelists' },
    found: 'range(2)',
    columns: {
      panelist_id: `'panelist-' || w || '-' || x`,
      name: `'Speaker ' || w || ' ' || x`,
      email: `'speaker' || w || '.' || x || '@example.com'`,
    },
    sent: `json_object('id', 'panelist-' || w || '-' || x, 'name', 'Speaker ' || w || ' ' || x,
      'email', 'speaker' || w || '.' || x || '@example.com')`,
  }
}

function registrationQuestions(shape: Shape, due: Due): Reading {
  return {
    ...aboutWebinar(shape, due),
    ...{ stream: 'registration_questions', source: 'webinars', list: 'questions' },
    found: `['last_name', 'org', 'job_title', 'city', 'country']`,
    columns: { question_kind: `'standard'`, field_name: 'x', is_required: 'false' },
    sent: `json_object('field_name', x, 'required', false)`,
  }
}
