import { iso } from '../calendar.ts'
import { badParameter, Fault, tooOld, webinarMissing } from '../faults.ts'
import { figuresOf } from '../figures.ts'
import { page } from '../listing.ts'
import type { Registrant, Webinar } from '../model.ts'
import { type Call, instanceAt, type Route, route } from '../route.ts'
import { listedWebinar } from './webinars.ts'

/** Who signed up, and who of them did not come. */
export const registrantRoutes: readonly Route[] = [
  route('/webinars/{id}/registrants/questions', 'light', 'webinar', 'list_registration_questions', (call) => {
    const webinar = listedWebinar(call)
    needRegistration(webinar, call.id)
    return {
      questions: ['last_name', 'org', 'job_title', 'city', 'country'].map((field_name) => ({
        field_name,
        required: field_name === 'last_name',
      })),
      custom_questions: webinar.customQuestions.map(({ title, answers }) => ({
        title,
        type: 'single',
        required: false,
        answers,
      })),
    }
  }),
  route('/webinars/{id}/registrants/{sub}', 'light', 'webinar', 'registrant', (call) => {
    const webinar = listedWebinar(call)
    needRegistration(webinar, call.id)
    const registrant = webinar.registrants.find(({ id }) => id === call.subId)
    if (registrant === undefined) throw new Fault(400, 3079, `Registrant does not exist: ${call.subId}.`)
    return show(registrant)
  }),
  route('/webinars/{id}/registrants', 'medium', 'webinar', 'list_registrants', (call) => {
    const webinar = listedWebinar(call)
    const status = call.query.get('status') || 'approved'
    if (!['approved', 'pending', 'denied'].includes(status)) throw badParameter('status')
    const occurrenceId = occurrenceOf(call, webinar)
    const source = call.query.get('tracking_source_id') ?? ''
    const listed = webinar.registrants
      .filter((r) => r.status === status && (r.occurrenceId === null || r.occurrenceId === occurrenceId))
      .filter((r) => source === '' || r.trackingSourceId === source)
    return page(call, inNoOrder(listed), 'registrants', show)
  }),
  route('/past_webinars/{id}/absentees', 'heavy', 'webinar', 'list_absentees', (call) => {
    const instance = instanceAt(call, webinarMissing)
    const { webinar } = instance
    if (!webinar.isListed) throw webinarMissing(call.id)
    if (!instance.isAvailable) throw tooOld()
    needRegistration(webinar, instance.uuid)
    const came = figuresOf(instance).registrantsAttended
    const absent = webinar.registrants.filter(
      (r) =>
        r.status === 'approved' &&
        !came.has(r) &&
        (r.occurrenceId === null || r.occurrenceId === instance.occurrenceId),
    )
    return page(call, inNoOrder(absent), 'registrants', show)
  }),
]

function needRegistration(webinar: Webinar, id: string): void {
  if (!webinar.hasRegistration)
    throw new Fault(400, 3000, `This webinar doesn't have registration required: ${id}`)
}

/**
 * The occurrence a listing is about. Where each session has its own registration, a call without `occurrence_id` is
 * answered for the next one, or the last.
 */
function occurrenceOf({ query, directory }: Call, { occurrences }: Webinar): string | undefined {
  const asked = query.get('occurrence_id') ?? ''
  if (asked === '') {
    const next = occurrences.find(({ start }) => start > directory.account.now) ?? occurrences.at(-1)
    return next?.id
  }
  if (!occurrences.some(({ id }) => id === asked))
    throw new Fault(
      400,
      300,
      `The request could not be completed because you have provided an invalid occurrence ID: ${asked}.`,
    )
  return asked
}

function inNoOrder(registrants: readonly Registrant[]): Registrant[] {
  return [...registrants].sort((a, b) => a.shuffle - b.shuffle || (a.id < b.id ? -1 : 1))
}

function show(registrant: Registrant): Record<string, unknown> {
  return {
    id: registrant.id,
    email: registrant.email,
    first_name: registrant.human.firstName,
    last_name: registrant.human.lastName,
    address: '',
    city: registrant.city,
    country: registrant.country,
    zip: '',
    state: '',
    phone: '',
    industry: '',
    org: registrant.organization,
    job_title: registrant.jobTitle,
    purchasing_time_frame: '',
    role_in_purchase_process: '',
    no_of_employees: '',
    comments: '',
    custom_questions: registrant.answers,
    status: registrant.status,
    create_time: iso(registrant.createdAt),
    // Whoever has this link joins as the registrant: it must be kept nowhere.
    join_url: `https://zoom.example/w/join?tk=secret-${registrant.id}`,
  }
}
