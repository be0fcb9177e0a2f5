/** What the simulated account consists of. Times are whole seconds since 1970, UTC. */

/** One human being. Names of humans that are no homonyms are unique in the account, after normalisation. */
export interface Human {
  key: string
  firstName: string
  lastName: string
  /** Display name; alike `firstName lastName`. */
  name: string
  /** Own address, nobody else's. */
  email: string
  /** Zoom user id where the person signs in to Zoom, in this account or elsewhere. */
  userId: string | null
  /** Set for members of this account only. */
  accountEmail: string | null
  isHomonym: boolean
}

export interface User {
  human: Human
  id: string
  email: string
  hasWebinarPlan: boolean
  department: string
  timezone: string
  createdAt: number
}

export type RegistrantStatus = 'approved' | 'pending' | 'denied'

export interface Registrant {
  id: string
  human: Human
  /** As typed in the form: case and blanks may differ from what rows show. */
  email: string
  status: RegistrantStatus
  createdAt: number
  /** Null where one registration opens all sessions. */
  occurrenceId: string | null
  trackingSourceId: string | null
  answers: readonly { title: string; value: string }[]
  organization: string
  jobTitle: string
  city: string
  country: string
  /** Position in listings, which follow no order anybody knows. */
  shuffle: number
}

interface Panelist {
  id: string
  human: Human
  email: string
}

interface TrackingSource {
  id: string
  name: string
}

interface Occurrence {
  id: string
  start: number
  minutes: number
}

export interface Webinar {
  index: number
  id: number
  topic: string
  host: User
  /** 5 webinar, 6 recurring without fixed time, 9 recurring with fixed time. */
  type: 5 | 6 | 9
  timezone: string
  scheduledStart: number
  scheduledMinutes: number
  createdAt: number
  /** False: gone from the host's list and from every route by numeric id, while its reports remain. */
  isListed: boolean
  hasRegistration: boolean
  /** 1 once for all sessions, 2 for each session. */
  registrationType: 1 | 2
  registrants: Registrant[]
  panelists: Panelist[]
  trackingSources: TrackingSource[]
  customQuestions: readonly { title: string; answers: readonly string[] }[]
  occurrences: Occurrence[]
  instances: Instance[]
  surveyQuestions: readonly string[]
  /** Uuid of the next run, the one listings show; no report exists for it. */
  nextUuid: string
}

/** Cases no rule decides surely; see `ambiguity.ts`. */
export type Ambiguity =
  | 'renamed_no_key'
  | 'respelled'
  | 'respelled_no_key'
  | 'registrant_no_key'
  | 'other_address_no_link'
  | 'homonym_no_key'
  | 'phone_rejoin'
  | 'device_rejoin'

export type Role = 'host' | 'panelist' | 'attendee'

/** One person in one instance, as meant: what an exact reading must find. */
export interface Participant {
  key: string
  human: Human | null
  role: Role
  /** The registration that is this person's own; a forwarded link leaves it with its owner. */
  registrant: Registrant | null
  /** Strong keys the person owns here, as `R:`, `U:`, `E:` and the value. */
  keys: readonly string[]
  isPhone: boolean
  /** Came by, or gave away, a forwarded link. */
  isOnForwardedLink: boolean
  /** Set only for those whom the account's `ambiguity` adds. */
  ambiguity: Ambiguity | null
  rows: Row[]
}

/** One join as Zoom reports it. Rows of a waiting room only have no participant. */
export interface Row {
  participant: Participant | null
  role: Role
  name: string
  email: string
  userId: string
  registrantId: string
  join: number
  leave: number
  isWaiting: boolean
  roomId: string | null
  isFailover: boolean
  isInternal: boolean
  device: string
  /** Nth join of the instance, from 1. An exact duplicate repeats it. */
  order: number
  isDuplicate: boolean
}

export interface PollAnswer {
  participant: Participant
  isAnonymous: boolean
  questionId: string
  question: string
  answer: string
  at: number
}

export interface Question {
  participant: Participant
  isAnonymous: boolean
  id: string
  question: string
  answer: string
  at: number
}

export interface Instance {
  webinar: Webinar
  uuid: string
  start: number
  end: number
  occurrenceId: string | null
  /** False: older than Zoom keeps, every report refuses it. */
  isAvailable: boolean
  /** Within the six months of history and user reports. */
  isInHistory: boolean
  participants: Participant[]
  /** As served, waiting room and duplicates included. */
  rows: Row[]
  pollAnswers: PollAnswer[]
  questions: Question[]
  surveyId: string
  surveyAnswers: PollAnswer[]
}

/** An ordinary meeting: it mixes into the lists of reports and is no webinar. */
export interface Meeting {
  id: number
  uuid: string
  host: User
  topic: string
  start: number
  end: number
  participants: number
}

export interface Account {
  id: string
  clientId: string
  clientSecret: string
  seed: number
  /** Seconds. */
  now: number
  users: User[]
  webinars: Webinar[]
  meetings: Meeting[]
  /** All instances by start, then uuid. */
  instances: Instance[]
}
