/** The attendance of a webinar, for whoever held it. The shape of `report --json`: fields are added, never changed. */
export interface AttendanceReport {
  /** When the last of it was read, ISO 8601. */
  asOf: string | null
  /** Whether every join/leave row Zoom has of these instances is here. */
  isAttendanceComplete: boolean
  /** What else, or what of it, is not. */
  missing: Missing[]
  webinar: {
    zoomWebinarId: number
    topic: string | null
    hostEmail: string | null
    timezone: string | null
    hasRegistration: boolean
    /** All instances of the webinar, whether they are in this report or not. */
    instances: number
  }
  instances: Instance[]
  figures: Figures
  /** Who came, the longest first. Of several instances a person's are added up. */
  people: Attendee[]
  /** Approved registrations of people who did not come, by name. */
  noShows: NoShow[]
  /** Most people present at once in each minute. */
  timeline: { minute: string; present: number }[]
}

interface Missing {
  stream: string
  status: string
  reason: string | null
  expected: number | null
  captured: number
}

export interface Instance {
  zoomUuid: string
  number: number
  restartNumber: number
  startTime: string | null
  endTime: string | null
  duration_seconds: number | null
  peakConcurrent: number
  peakAt: string | null
}

export interface Figures {
  /** Registrations that count: approved, made before the end, and of these instances' occurrence where each has its own. */
  registered: number
  /** Of those, with a participant. */
  registeredCame: number
  /** 100 * registeredCame / registered; null where nobody had registered. */
  attendanceRate_percent: number | null
  people: number
  attendees: number
  panelists: number
  hosts: number
  /** Of attendees. */
  averageMinutes: number | null
  medianMinutes: number | null
  averageEngagement: number | null
  stayedToEnd: number
  pollsAnswered: number
  questionsAsked: number
}

export interface Attendee {
  participantId: string
  name: string | null
  email: string | null
  organization: string | null
  role: string
  isRegistered: boolean
  firstJoin: string | null
  lastLeave: string | null
  /** True presence: two devices at once count once. */
  present_seconds: number
  sessions: number
  /** Of the instances' length; null where that is unknown. */
  share_percent: number | null
  engagement: number | null
  pollsAnswered: number
  questionsAsked: number
  hasAnsweredSurvey: boolean
  hasStayedToEnd: boolean
  /** In how many of the report's instances. */
  instances: number
}

export interface NoShow {
  name: string | null
  email: string | null
  organization: string | null
  registeredAt: string | null
}
