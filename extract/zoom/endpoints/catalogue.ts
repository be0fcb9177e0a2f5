import type { DataStream, Source } from '../../streams.ts'
import type { Endpoint, Page } from '../endpoint.ts'
import { historyInstances, metricsInstances, pastWebinarInstances, userReportInstances } from './instances.ts'
import { panelists } from './panelists.ts'
import { metricsParticipants, pastParticipants, reportParticipants } from './participants.ts'
import { pastPolls, reportPolls } from './polls.ts'
import { pastQuestions, reportQuestions } from './questions.ts'
import { absentees, registrants } from './registrants.ts'
import { registrationQuestions } from './registrationQuestions.ts'
import { metricsDetails, reportDetails } from './reportDetails.ts'
import { reportSurveys } from './surveys.ts'
import { trackingSources } from './trackingSources.ts'
import { users } from './users.ts'
import { scheduledWebinars, webinarDetails } from './webinars.ts'

/** Every endpoint by stream, the preferred source first. For instances the order is that of asking; all are united. */
const catalogue: Readonly<Record<DataStream, readonly Endpoint[]>> = {
  users: [users],
  webinars: [webinarDetails, scheduledWebinars],
  instances: [historyInstances, userReportInstances, metricsInstances, pastWebinarInstances],
  participants: [reportParticipants, pastParticipants, metricsParticipants],
  registrants: [registrants],
  registration_questions: [registrationQuestions],
  panelists: [panelists],
  absentees: [absentees],
  polls: [reportPolls, pastPolls],
  questions: [reportQuestions, pastQuestions],
  surveys: [reportSurveys],
  tracking_sources: [trackingSources],
  report_details: [reportDetails, metricsDetails],
}

/** The endpoints of a stream, in order of preference. */
export function endpointsOf(stream: DataStream): readonly Endpoint[] {
  return catalogue[stream]
}

/** @throws TypeError when the stream does not come from this source. */
export function endpointFor(stream: DataStream, source: Source): Endpoint {
  const found = catalogue[stream].find((endpoint) => endpoint.source === source)
  if (!found) {
    const known = catalogue[stream].map((endpoint) => endpoint.source).join(', ')
    throw new TypeError(`The stream ${stream} has no source ${source}; it comes from ${known}.`)
  }
  return found
}

/** Reads a page that was kept, as it was read when it came. @throws TypeError as `endpointFor`. */
export function parsePage(stream: DataStream, source: Source, body: unknown): Page {
  return endpointFor(stream, source).parse(body)
}
