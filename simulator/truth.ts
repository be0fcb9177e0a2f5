import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { iso } from './calendar.ts'
import { caseOf } from './cases.ts'
import { connectionsOf, figuresOf, sessionsOf } from './figures.ts'
import { joinId } from './ids.ts'
import type { Account, Instance, Participant, Registrant, Webinar } from './model.ts'
import { personsOf } from './persons.ts'
import { givenIn, nothingGiven, pollsOffered, scoreOf } from './scores.ts'
import { dropoffOf, stayOf } from './staying.ts'

interface InstanceTruth {
  zoom_uuid: string
  start_time: string
  end_time: string
  /** False: reports refuse it for its age. Its figures are what happened, and are in no sum. */
  is_available: boolean
  /** Rows as served, waiting room and duplicates included. */
  rows: number
  waiting_room_rows: number
  duplicate_rows: number
  connections: number
  participants: number
  attendees: number
  panelists: number
  hosts: number
  sessions: number
  /** Seconds. */
  total_duration: number
  connected_duration: number
  peak_concurrent: number
  peak_at: string | null
  attendee_peak_concurrent: number
  registrants_attended: number
  /** Also where the registrants of an unlisted webinar cannot be had. */
  actual_registrants_attended: number
  poll_answers: number
  questions: number
  survey_answers: number
  /** Of attendees. */
  late_arrivals: number
  early_leavers: number
  /** Of all roles, as are the sums below. Seconds between start and end of the instance. */
  attended_seconds: number
  missed_start_seconds: number
  missed_end_seconds: number
  /** Attendees in each tenth: `not yet come/present/away/gone`, tenths by blanks. */
  dropoff: string
  /** Different poll questions that anybody answered. */
  polls_offered: number
  /** Under a name. */
  polls_answered: number
  questions_asked: number
  /** Participants. */
  survey_answered: number
  /** Sum of the scores, each with two decimals. */
  engagement_points: number
}

interface WebinarTruth {
  zoom_webinar_id: number
  topic: string
  is_listed: boolean
  has_registration: boolean
  approved: number
  pending: number
  denied: number
  /** Approved ones by the source they came by: `name=count` by name, parted by `; `. */
  approved_by_source: string
  registrants_attended: number
  /** Percent, unrounded; null where nobody could be seen to register. */
  attendance_rate: number | null
  /** Over available instances. */
  participants: number
  people: number
  /** What was so, whether it can be had or not. */
  actual: {
    has_registration: boolean
    approved: number
    pending: number
    denied: number
    registrants_attended: number
  }
  instances: InstanceTruth[]
}

export interface Truth {
  seed: number
  now: string
  account_id: string
  /** Over webinars and available instances; `instances` and `unavailable_instances` count all. */
  totals: {
    webinars: number
    instances: number
    unavailable_instances: number
    rows: number
    connections: number
    participants: number
    attendees: number
    sessions: number
    /** Who attended. */
    people: number
    /** Who attended, or registered (in whatever status) where the list can be had. */
    people_known: number
    approved: number
    pending: number
    denied: number
    registrants_attended: number
    total_duration: number
    connected_duration: number
    poll_answers: number
    questions: number
    survey_answers: number
  }
  webinars: WebinarTruth[]
}

/** What an exact reading of the account must find, counted one by one from what the generator meant. */
export function truthOf(account: Account): Truth {
  const { persons, knownCount } = personsOf(account)
  const webinars = account.webinars.map((webinar) => webinarTruth(webinar, persons))
  const instances = webinars.flatMap((webinar) => webinar.instances)
  const available = instances.filter((instance) => instance.is_available)
  const ofWebinars = (field: 'approved' | 'pending' | 'denied' | 'registrants_attended') =>
    webinars.reduce((sum, webinar) => sum + webinar[field], 0)
  const ofInstances = (field: CountedField) => available.reduce((sum, instance) => sum + instance[field], 0)
  return {
    seed: account.seed,
    now: iso(account.now),
    account_id: account.id,
    totals: {
      webinars: webinars.length,
      instances: instances.length,
      unavailable_instances: instances.length - available.length,
      rows: ofInstances('rows'),
      connections: ofInstances('connections'),
      participants: ofInstances('participants'),
      attendees: ofInstances('attendees'),
      sessions: ofInstances('sessions'),
      people: new Set(persons.values()).size,
      people_known: knownCount,
      approved: ofWebinars('approved'),
      pending: ofWebinars('pending'),
      denied: ofWebinars('denied'),
      registrants_attended: ofWebinars('registrants_attended'),
      total_duration: ofInstances('total_duration'),
      connected_duration: ofInstances('connected_duration'),
      poll_answers: ofInstances('poll_answers'),
      questions: ofInstances('questions'),
      survey_answers: ofInstances('survey_answers'),
    },
    webinars,
  }
}

type CountedField = {
  [K in keyof InstanceTruth]: InstanceTruth[K] extends number ? K : never
}[keyof InstanceTruth]

function webinarTruth(webinar: Webinar, persons: ReadonlyMap<Participant, string>): WebinarTruth {
  const available = webinar.instances.filter((instance) => instance.isAvailable)
  const came = new Set<Registrant>()
  for (const instance of available)
    for (const registrant of figuresOf(instance).registrantsAttended) came.add(registrant)
  const withStatus = (status: string) => webinar.registrants.filter((r) => r.status === status).length
  const actual = {
    has_registration: webinar.hasRegistration,
    approved: withStatus('approved'),
    pending: withStatus('pending'),
    denied: withStatus('denied'),
    registrants_attended: came.size,
  }
  const nothing = { has_registration: false, approved: 0, pending: 0, denied: 0, registrants_attended: 0 }
  const obtainable = webinar.isListed ? actual : nothing
  const participants = available.flatMap((instance) => instance.participants)
  return {
    zoom_webinar_id: webinar.id,
    topic: webinar.topic,
    is_listed: webinar.isListed,
    ...obtainable,
    approved_by_source: webinar.isListed ? sourcesOf(webinar) : '',
    attendance_rate:
      obtainable.approved === 0 ? null : (100 * obtainable.registrants_attended) / obtainable.approved,
    participants: participants.length,
    people: new Set(participants.map((participant) => persons.get(participant))).size,
    actual,
    instances: webinar.instances.map(instanceTruth),
  }
}

function sourcesOf(webinar: Webinar): string {
  const approved = webinar.registrants.filter((registrant) => registrant.status === 'approved')
  return webinar.trackingSources
    .map(({ id, name }) => ({ name, count: approved.filter((r) => r.trackingSourceId === id).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${name}=${count}`)
    .sort()
    .join('; ')
}

function instanceTruth(instance: Instance): InstanceTruth {
  const figures = figuresOf(instance)
  const attended = figures.registrantsAttended.size
  return {
    zoom_uuid: instance.uuid,
    start_time: iso(instance.start),
    end_time: iso(instance.end),
    is_available: instance.isAvailable,
    rows: figures.rows,
    waiting_room_rows: figures.waitingRoomRows,
    duplicate_rows: figures.duplicateRows,
    connections: figures.connections,
    participants: figures.participants,
    attendees: figures.attendees,
    panelists: figures.panelists,
    hosts: figures.hosts,
    sessions: figures.sessions,
    total_duration: figures.totalDuration,
    connected_duration: figures.connectedDuration,
    peak_concurrent: figures.peak.count,
    peak_at: figures.peak.at === null ? null : iso(figures.peak.at),
    attendee_peak_concurrent: figures.attendeePeak.count,
    registrants_attended: instance.webinar.isListed ? attended : 0,
    actual_registrants_attended: attended,
    poll_answers: instance.pollAnswers.length,
    questions: instance.questions.length,
    survey_answers: instance.surveyAnswers.length,
    ...engagementTruth(instance),
  }
}

function engagementTruth(instance: Instance) {
  const stays = instance.participants.map((participant) => stayOf(instance, participant))
  const ofAttendees = stays.filter((_, index) => instance.participants[index]?.role === 'attendee')
  const given = givenIn(instance)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    late_arrivals: ofAttendees.filter((stay) => stay.isLateArrival).length,
    early_leavers: ofAttendees.filter((stay) => stay.isEarlyLeaver).length,
    attended_seconds: sum(stays.map((stay) => stay.attendedSeconds)),
    missed_start_seconds: sum(stays.map((stay) => stay.missedStartSeconds ?? 0)),
    missed_end_seconds: sum(stays.map((stay) => stay.missedEndSeconds ?? 0)),
    dropoff: dropoffOf(instance),
    polls_offered: pollsOffered(instance),
    polls_answered: sum([...given.values()].map((one) => one.polls_answered)),
    questions_asked: sum([...given.values()].map((one) => one.questions_asked)),
    survey_answered: [...given.values()].filter((one) => one.survey_answers > 0).length,
    engagement_points: sum(
      instance.participants.map((one) => round(scoreOf(instance, one, given.get(one) ?? nothingGiven))),
    ),
  }
}

/**
 * Writes `truth.json` and `participants.ndjson` (one line a participant, instances by start; connections and
 * sessions as [join, leave] in seconds since 1970, `user_ids` those of the connections; `person` is who can be told,
 * `human` who it was, `kind` what made it easy or hard) into `dir`, which is made if need be.
 */
export async function writeTruth(account: Account, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeFile(path.join(dir, 'truth.json'), `${JSON.stringify(truthOf(account), null, 2)}\n`)
  await pipeline(
    Readable.from(participantLines(account)),
    createWriteStream(path.join(dir, 'participants.ndjson')),
  )
}

/** One text an instance, so that the whole is never in memory. */
function* participantLines(account: Account): Generator<string> {
  const { persons } = personsOf(account)
  for (const instance of account.instances) {
    const given = givenIn(instance)
    let lines = ''
    for (const participant of instance.participants) {
      const sessions = sessionsOf(participant)
      const connections = connectionsOf(participant)
      lines += `${JSON.stringify({
        zoom_uuid: instance.uuid,
        zoom_webinar_id: instance.webinar.id,
        is_available: instance.isAvailable,
        participant: participant.key,
        person: persons.get(participant) ?? null,
        human: participant.human?.key ?? participant.key,
        kind: caseOf(participant),
        name: participant.human?.name ?? participant.rows[0]?.name ?? '',
        role: participant.role,
        registrant_id: instance.webinar.isListed ? (participant.registrant?.id ?? null) : null,
        keys: participant.keys,
        is_on_forwarded_link: participant.isOnForwardedLink,
        user_ids: connections.map((row) => joinId(row.order)),
        connections: connections.map((row) => [row.join, row.leave]),
        sessions: sessions.map((session) => [session.join, session.leave]),
        total_duration: sessions.reduce((sum, s) => sum + s.leave - s.join, 0),
        connected_duration: connections.reduce((sum, row) => sum + row.leave - row.join, 0),
        ...lineOf(stayOf(instance, participant)),
        ...(given.get(participant) ?? nothingGiven),
        engagement_score: round(scoreOf(instance, participant, given.get(participant) ?? nothingGiven)),
      })}\n`
    }
    if (lines !== '') yield lines
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

function lineOf(stay: ReturnType<typeof stayOf>) {
  return {
    attended_seconds: stay.attendedSeconds,
    missed_start_seconds: stay.missedStartSeconds,
    missed_end_seconds: stay.missedEndSeconds,
    is_late_arrival: stay.isLateArrival,
    is_early_leaver: stay.isEarlyLeaver,
  }
}
