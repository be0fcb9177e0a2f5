import type { Window } from '../../extract/discovery/windows.ts'
import { nothing, type Reading } from './reading.ts'
import { hosts, instanceSql, type Shape, webinarOf, webinarSql, zoomTime } from './shape.ts'

/** What the lists say on a day. */
export interface Listed {
  /** Days that lists of instances are asked for. */
  windows: readonly Window[]
  /** Instances that ran on these days, by their number; SQL of a list. */
  ranLately(window: Window): string
  /** Webinars that are asked one by one, by their number; SQL of a list. */
  asked: string
  /** All instances of the webinar `w`, by their number; SQL of a list. */
  ranOf: string
}

/**
 * What a run reads to find webinars and instances, see `discover`: every list, and in detail the webinars that may have
 * new instances. Nothing is scheduled ahead, so the lists of scheduled webinars are empty.
 */
export function listReadings(shape: Shape, listed: Listed): Reading[] {
  const { windows } = listed
  return [
    users(),
    ...windows.map((window) => history(shape, listed, window)),
    scheduled(),
    ...windows.flatMap((window) => [dashboard(shape, listed, window), ofHosts(shape, listed, window)]),
    details(listed),
    pastInstances(shape, listed),
  ]
}

function users(): Reading {
  return {
    ...{ stream: 'users', source: 'users', list: 'users' },
    of: '(select 1)',
    id: `''`,
    subject: { key: `'account'` },
    found: `range(${hosts})`,
    columns: {
      user_id: `'host-' || x`,
      email: `'host' || x || '@example.com'`,
      display_name: `'Host ' || x`,
      user_type: '2',
      user_status: `'active'`,
    },
    sent: `json_object('id', 'host-' || x, 'email', 'host' || x || '@example.com', 'display_name', 'Host ' || x,
      'type', 2, 'status', 'active')`,
  }
}

function scheduled(): Reading {
  return {
    ...{ stream: 'webinars', source: 'users', list: 'webinars', ...nothing },
    of: `range(${hosts}) t(h)`,
    id: 'h',
    subject: { key: `'user:host-' || h`, userId: `'host-' || h` },
  }
}

function history(shape: Shape, listed: Listed, window: Window): Reading {
  const { uuid, webinar, start, end, topic, hostEmail } = instanceSql(shape, 'x')
  return {
    ...inWindow('window', window),
    ...{ stream: 'instances', source: 'history_meetings', list: 'history_meetings' },
    found: listed.ranLately(window),
    columns: sighting(shape, { participants_count: `${shape.rowsOfInstance}` }),
    sent: `json_object('meeting_uuid', ${uuid}, 'meeting_id', ${webinar}, 'type', 'Webinar', 'topic', ${topic},
      'host_email', ${hostEmail}, 'start_time', ${zoomTime(start)}, 'end_time', ${zoomTime(end)}, 'duration', 90,
      'participants', ${shape.rowsOfInstance})`,
  }
}

function dashboard(shape: Shape, listed: Listed, window: Window): Reading {
  const { uuid, webinar, start, end, topic, hostEmail } = instanceSql(shape, 'x')
  return {
    ...inWindow('dashboard', window),
    ...{ stream: 'instances', source: 'metrics', list: 'webinars' },
    found: listed.ranLately(window),
    columns: sighting(shape, { participants_count: `${shape.rowsOfInstance}` }),
    sent: `json_object('uuid', ${uuid}, 'id', ${webinar}, 'topic', ${topic}, 'email', ${hostEmail},
      'start_time', ${zoomTime(start)}, 'end_time', ${zoomTime(end)}, 'duration', '01:30:00',
      'participants', ${shape.rowsOfInstance})`,
  }
}

function ofHosts(shape: Shape, listed: Listed, window: Window): Reading {
  const { uuid, webinar, start, end, topic, hostEmail } = instanceSql(shape, 'x')
  const { subject, id } = inWindow('user', window)
  return {
    ...{ stream: 'instances', source: 'user_reports', list: 'meetings' },
    of: `range(${hosts}) t(h)`,
    id: `h || ${id}`,
    subject: {
      ...subject,
      key: `'user:host-' || h || ':${window.from}..${window.to}'`,
      userId: `'host-' || h`,
    },
    found: `[n for n in ${listed.ranLately(window)} if ${webinarOf(shape, 'n')} % ${hosts} = h]`,
    columns: sighting(shape, { participants_count: `${shape.rowsOfInstance}`, meeting_type: '6' }),
    sent: `json_object('uuid', ${uuid}, 'id', ${webinar}, 'type', 6, 'topic', ${topic}, 'user_email', ${hostEmail},
      'start_time', ${zoomTime(start)}, 'end_time', ${zoomTime(end)}, 'duration', 90,
      'participants_count', ${shape.rowsOfInstance})`,
  }
}

function details({ asked }: Listed): Reading {
  const { webinar, topic, hostId, hostEmail } = webinarSql('w')
  return {
    ...{ stream: 'webinars', source: 'webinars', list: null },
    of: `(select unnest(${asked}) as w)`,
    id: 'w',
    subject: { key: `'webinar:' || ${webinar}`, webinarId: webinar },
    found: '[w]',
    columns: {
      ...{ topic, host_id: hostId, host_email: hostEmail, timezone: `'UTC'` },
      ...{ webinar_type: '6', duration_minutes: '90', approval_type: '0', registration_type: '1' },
    },
    sent: `json_object('id', ${webinar}, 'topic', ${topic}, 'type', 6, 'host_id', ${hostId},
      'host_email', ${hostEmail}, 'duration', 90, 'timezone', 'UTC',
      'settings', json_object('approval_type', 0, 'registration_type', 1))`,
  }
}

function pastInstances(shape: Shape, { asked, ranOf }: Listed): Reading {
  const { uuid, start } = instanceSql(shape, 'x')
  const { webinar } = webinarSql('w')
  return {
    ...{ stream: 'instances', source: 'past_webinars', list: 'webinars' },
    of: `(select unnest(${asked}) as w)`,
    id: 'w',
    subject: { key: `'webinar:' || ${webinar}`, webinarId: webinar },
    found: ranOf,
    columns: { zoom_uuid: uuid, start_time: start },
    sent: `json_object('uuid', ${uuid}, 'start_time', ${zoomTime(start)})`,
  }
}

function inWindow(prefix: string, { from, to }: Window) {
  const subject = { key: `'${prefix}:${from}..${to}'`, from: `'${from}'`, to: `'${to}'` }
  return { of: '(select 1)', id: `'${from}'`, subject }
}

function sighting(shape: Shape, more: Record<string, string>): Record<string, string> {
  const { uuid, webinar, start, end, topic, hostEmail } = instanceSql(shape, 'x')
  return {
    ...{ zoom_uuid: uuid, webinar_id: webinar, topic, host_email: hostEmail },
    ...{ start_time: start, end_time: end, duration_minutes: '90', ...more },
  }
}
