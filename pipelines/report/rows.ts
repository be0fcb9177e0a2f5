import type { AttendanceReport } from './attendanceReport.ts'
import { minutes, momentIn } from './words.ts'

/** A cell of a spreadsheet: text from outside, a figure of ours, a moment in the report's zone, or nothing. */
export type Cell = { text: string } | { figure: number } | { moment: string } | null

interface Column {
  name: string
  /** Characters, for a spreadsheet. */
  width: number
}

export interface Sheet {
  columns: Column[]
  rows: Cell[][]
}

const text = (value: string | null): Cell => (value === null ? null : { text: value })
const figure = (value: number | null): Cell => (value === null ? null : { figure: value })
const moment = (iso: string | null, zone: string): Cell =>
  iso === null ? null : { moment: momentIn(iso, zone) }
const yes = (value: boolean): Cell => ({ text: value ? 'yes' : 'no' })

/** Who came, a row each. */
export function attendeeSheet({ people, instances }: AttendanceReport, zone: string): Sheet {
  return {
    columns: [
      { name: 'name', width: 28 },
      { name: 'email', width: 34 },
      { name: 'organization', width: 24 },
      { name: 'role', width: 10 },
      { name: 'registered', width: 11 },
      { name: 'first_join', width: 17 },
      { name: 'last_leave', width: 17 },
      { name: 'minutes', width: 9 },
      { name: 'sessions', width: 9 },
      { name: 'percent_of_webinar', width: 19 },
      { name: 'engagement', width: 11 },
      { name: 'polls_answered', width: 15 },
      { name: 'questions_asked', width: 16 },
      { name: 'answered_survey', width: 16 },
      { name: 'stayed_to_end', width: 14 },
      ...(instances.length > 1 ? [{ name: 'instances', width: 10 }] : []),
    ],
    rows: people.map((one) => [
      text(one.name),
      text(one.email),
      text(one.organization),
      text(one.role),
      yes(one.isRegistered),
      moment(one.firstJoin, zone),
      moment(one.lastLeave, zone),
      figure(minutes(one.present_seconds)),
      figure(one.sessions),
      figure(one.share_percent),
      figure(one.engagement),
      figure(one.pollsAnswered),
      figure(one.questionsAsked),
      yes(one.hasAnsweredSurvey),
      yes(one.hasStayedToEnd),
      ...(instances.length > 1 ? [figure(one.instances)] : []),
    ]),
  }
}

/** Who had registered and did not come, a row each. */
export function noShowSheet({ noShows }: AttendanceReport, zone: string): Sheet {
  return {
    columns: [
      { name: 'name', width: 28 },
      { name: 'email', width: 34 },
      { name: 'organization', width: 24 },
      { name: 'registered_at', width: 17 },
    ],
    rows: noShows.map((one) => [
      text(one.name),
      text(one.email),
      text(one.organization),
      moment(one.registeredAt, zone),
    ]),
  }
}
