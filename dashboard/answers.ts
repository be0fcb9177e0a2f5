/**
 * What the page is told: one answer a view. Times are UTC, durations seconds, rates and shares percent. A figure is
 * null where it is not known, and in an export also where it is about too few people to be shown.
 */

/** An export tells no figure about fewer people than these, see `aggregatesOnly.ts`. */
export const fewest = 10

/** An answer as it arrives: JSON has no dates. */
export type Wire<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T

/** What the account view is narrowed to. Days are UTC, `to` inclusive. */
export interface Filter {
  host?: string
  webinar?: string
  from?: string
  to?: string
}

export type Step = 'day' | 'week' | 'month'

/** A day, a Monday-to-Sunday week or a month, UTC. */
export interface Period {
  start: Date
  instances: number
  participants: number | null
  /** Approved registrations made in it, for whichever webinar. */
  registrations: number | null
  /** Registrants of the instances in it, once for each instance, and those of them who came. */
  invited: number | null
  invitedCame: number | null
}

export interface AccountTotals {
  webinars: number
  instances: number
  participants: number
  presenceSeconds: number
  peak: number | null
  /** Approved registrations of the webinars that ran, and how many of them came. */
  registrations: number | null
  registrationsCame: number | null
}

export interface WebinarLine {
  id: string
  zoomWebinarId: string | null
  topic: string | null
  host: string | null
  lastStart: Date | null
  instances: number
  participants: number | null
  averageSeconds: number | null
  /** Average presence as percent of the instance. */
  averageShare: number | null
  registrations: number | null
  registrationsCame: number | null
  peak: number | null
  status: string
}

export interface Completeness {
  /** When rows were last published to the warehouse, and when Zoom was last read. */
  publishedAt: Date | null
  capturedAt: Date | null
  version: string | null
  statuses: { status: string; instances: number }[]
  /** Participant rows captured, and rows Zoom says exist, where it says. */
  captured: number
  expected: number
  /** Readings of any kind that are not complete. */
  lacking: { stream: string; status: string; readings: number }[]
}

export interface AccountAnswer {
  filter: Filter
  step: Step
  /** First and last day on which anything ran, whatever the filter. */
  span: { from: string; to: string } | null
  totals: AccountTotals
  periods: Period[]
  webinars: WebinarLine[]
  webinarsLeftOut: number
  completeness: Completeness
  choices: { hosts: string[]; webinars: { id: string; topic: string | null; zoomWebinarId: string | null }[] }
}

/** The persons behind the account view's participants: an answer of its own, because it takes longest. */
export interface AccountPeopleAnswer {
  step: Step
  people: number
  /** Persons who came to more than one instance. */
  returningPeople: number
  /** Persons who came in the period, and those of them who had come to nothing in the whole account before. */
  periods: { start: Date; people: number | null; newPeople: number | null }[]
}

export interface InstanceLine {
  id: string
  number: number
  isRestart: boolean
  start: Date | null
  durationSeconds: number | null
  participants: number | null
  attendees: number | null
  /** Persons who had been at no earlier instance of the webinar. */
  newPeople: number | null
  peak: number | null
  averageSeconds: number | null
  medianSeconds: number | null
  invitedCame: number | null
  rejoined: number | null
  engagement: number | null
  status: string
  source: string | null
}

export interface WebinarAnswer {
  id: string
  zoomWebinarId: string | null
  topic: string | null
  host: string | null
  status: string
  scheduledMinutes: number | null
  registrations: number | null
  registrationsCame: number | null
  participants: number | null
  people: number | null
  instances: InstanceLine[]
  instancesLeftOut: number
  /** Presence over the latest instances: most present in each step of `stepMinutes` from the start. */
  curves: { stepMinutes: number; lines: { instance: string; present: (number | null)[] }[] }
  registrationDays: { day: Date; registrations: number | null }[]
  sources: { name: string | null; registrations: number; came: number | null }[]
}

/** Something asked of everybody, and how many gave which answer, the most frequent first. */
export interface Poll {
  kind: 'poll' | 'survey'
  question: string
  people: number
  answers: { answer: string; count: number }[]
  answersLeftOut: number
}

export interface Bin {
  /** Half-open: from ≤ value < to. */
  from: number
  to: number
  count: number
}

export interface InstanceAnswer {
  id: string
  webinarId: string
  zoomWebinarId: string | null
  topic: string | null
  number: number
  instanceCount: number
  previous: string | null
  next: string | null
  start: Date | null
  end: Date | null
  durationSeconds: number | null
  status: string
  source: string | null
  reason: string | null
  captured: number | null
  expected: number | null
  participants: number | null
  attendees: number | null
  panelists: number | null
  hosts: number | null
  connections: number | null
  sessions: number | null
  rejoined: number | null
  peak: number | null
  peakAt: Date | null
  averageSeconds: number | null
  medianSeconds: number | null
  registrations: number | null
  invitedCame: number | null
  engagement: number | null
  stayedToEnd: number | null
  /** A line a minute from the start. */
  timeline: TimelineLine[]
  /** Ten lines where attendees came and the instance's length is known, else none. */
  dropoff: DropoffLine[]
  /** Participants by minutes of presence, and by engagement score. */
  minutesSpread: Bin[]
  engagementSpread: Bin[]
  polls: Poll[]
  questionCount: number | null
  questions: Question[]
}

export interface TimelineLine {
  minute: number
  present: number | null
  joined: number | null
  left: number | null
}

/** Where in a tenth of the instance those attendees are who came at all; the four add up to `attendees`. */
export interface DropoffLine {
  tenth: number
  attendees: number | null
  notYetCome: number | null
  present: number | null
  /** Came before and will come back. */
  away: number | null
  gone: number | null
}

export interface Question {
  askedAt: Date | null
  participantId: string | null
  personId: string | null
  name: string | null
  question: string | null
  answer: string | null
  status: string | null
}

export interface ParticipantLine {
  id: string
  personId: string
  name: string | null
  email: string | null
  role: string
  isRegistered: boolean
  presenceSeconds: number
  share: number | null
  engagement: number | null
  identity: string
  confidence: number
  /** Seconds from the start of the instance. */
  sessions: [join: number, leave: number][]
}

export interface ParticipantsAnswer {
  total: number
  participants: ParticipantLine[]
}

export interface NoShowsAnswer {
  total: number
  registrants: {
    id: string
    personId: string | null
    name: string | null
    email: string | null
    registeredAt: Date | null
    source: string | null
  }[]
}

export interface PersonAnswer {
  id: string
  name: string | null
  email: string | null
  firstSeen: Date | null
  lastSeen: Date | null
  instances: number
  webinars: number
  presenceSeconds: number
  attended: {
    instanceId: string
    webinarId: string
    topic: string | null
    start: Date | null
    name: string | null
    role: string
    presenceSeconds: number
    share: number | null
    sessions: number
    engagement: number | null
    pollsAnswered: number
    questionsAsked: number
  }[]
  registered: {
    id: string
    webinarId: string
    topic: string | null
    registeredAt: Date | null
    status: string
    came: boolean
  }[]
}

export interface PeopleAnswer {
  people: {
    id: string
    name: string | null
    email: string | null
    instances: number
    lastSeen: Date | null
  }[]
}
