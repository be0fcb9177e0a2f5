import { iso } from '../calendar.ts'
import { Fault, webinarMissing } from '../faults.ts'
import type { Webinar } from '../model.ts'
import { type Call, type Route, route } from '../route.ts'

/** How a webinar is set up. Numeric ids only; webinars that are no longer listed do not exist here. */
export const webinarRoutes: readonly Route[] = [
  route('/webinars/{id}/panelists', 'medium', 'webinar', 'list_panelists', (call) => {
    const { panelists } = listedWebinar(call)
    return {
      total_records: panelists.length,
      panelists: panelists.map(({ id, human, email }) => ({
        id,
        email,
        name: human.name,
        join_url: `https://zoom.example/w/${call.id}?tk=secret-${id}`,
        virtual_background_id: '',
        name_tag_id: '',
      })),
    }
  }),
  route('/webinars/{id}/tracking_sources', 'medium', 'webinar', 'list_tracking_sources', (call) => {
    const { trackingSources, registrants } = listedWebinar(call)
    return {
      total_records: trackingSources.length,
      tracking_sources: trackingSources.map(({ id, name }) => {
        const count = registrants.filter((r) => r.trackingSourceId === id).length
        return {
          id,
          source_name: name,
          registration_count: count,
          visitor_count: count * 3,
          tracking_url: `https://zoom.example/webinar/register/${id}`,
        }
      }),
    }
  }),
  route('/webinars/{id}/survey', 'light', 'webinar', 'survey', (call) => {
    const { surveyQuestions, topic } = listedWebinar(call)
    if (surveyQuestions.length === 0)
      throw new Fault(
        400,
        3000,
        "Webinar survey disabled. To enable this feature, enable the Webinar Survey setting in the Zoom web portal's Settings interface.",
      )
    return {
      custom_survey: {
        title: `Survey of ${topic}`,
        anonymous: true,
        questions: surveyQuestions.map((name) => ({ name, type: 'single', answer_required: false })),
      },
      show_in_the_browser: true,
    }
  }),
  route('/webinars/{id}', 'light', 'webinar', 'webinar', (call) => {
    const webinar = listedWebinar(call)
    return { ...showWebinar(webinar), ...showOccurrences(call, webinar), settings: showSettings(webinar) }
  }),
  route('/past_webinars/{id}/instances', 'light', 'webinar', 'list_past_instances', (call) => {
    const { instances } = listedWebinar(call)
    return {
      webinars: instances.map(({ uuid, start, occurrenceId }) => ({
        uuid,
        start_time: iso(start),
        ...(occurrenceId === null ? {} : { occurrence_id: occurrenceId }),
      })),
    }
  }),
]

/** The webinar of a numeric id; throws for uuids, meetings and what is gone. */
export function listedWebinar({ directory, id }: Call): Webinar {
  if (directory.meetingIds.has(id)) throw new Fault(400, 300, `Can not access meeting info, ${id}`)
  if (!/^\d+$/.test(id)) throw new Fault(400, 300, 'Invalid webinar ID.')
  const webinar = directory.webinars.get(Number(id))
  if (webinar === undefined || !webinar.isListed) throw webinarMissing(id)
  return webinar
}

function showWebinar(webinar: Webinar): Record<string, unknown> {
  return {
    uuid: webinar.nextUuid,
    id: webinar.id,
    host_id: webinar.host.id,
    host_email: webinar.host.email,
    topic: webinar.topic,
    type: webinar.type,
    start_time: iso(webinar.scheduledStart),
    duration: webinar.scheduledMinutes,
    timezone: webinar.timezone,
    agenda: '',
    created_at: iso(webinar.createdAt),
    start_url: `https://zoom.example/s/${webinar.id}?zak=secret`,
    join_url: `https://zoom.example/j/${webinar.id}?pwd=secret`,
    password: '123456',
    ...(webinar.hasRegistration
      ? { registration_url: `https://zoom.example/webinar/register/${webinar.nextUuid}` }
      : {}),
    tracking_fields: [],
    creation_source: 'web_portal',
  }
}

/** Past occurrences are shown only to who asks for them. */
function showOccurrences(call: Call, webinar: Webinar): Record<string, unknown> {
  if (webinar.type !== 9) return {}
  const all = call.query.get('show_previous_occurrences') === 'true'
  return {
    occurrences: webinar.occurrences
      .filter((o) => all || o.start > call.directory.account.now)
      .map((o) => ({
        occurrence_id: o.id,
        start_time: iso(o.start),
        duration: o.minutes,
        status: 'available',
      })),
    recurrence: { type: 2, repeat_interval: 1 },
  }
}

function showSettings(webinar: Webinar): Record<string, unknown> {
  return {
    approval_type: webinar.hasRegistration ? 0 : 2,
    registration_type: webinar.registrationType,
    allow_multiple_devices: true,
    email_in_attendee_report: true,
    practice_session: false,
    post_webinar_survey: webinar.surveyQuestions.length > 0,
    question_and_answer: { enable: true, allow_anonymous_questions: true },
    alternative_hosts: '',
    contact_email: webinar.host.email,
  }
}
