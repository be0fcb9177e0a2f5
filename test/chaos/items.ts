import type { Endpoint } from '../../extract/zoom/endpoint.ts'

/*
 * What a body holds, counted without the code under test: the oracle of the malformed payloads.
 */

export interface Items {
  count: number
  /** How many of them are plainly meetings, which listings of webinars may hold beside them and which are left out knowingly. */
  meetings: number
}

type Body = Record<string, unknown>
const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Null where the body has to be refused as a whole. */
export function itemsOf({ stream, source }: Endpoint, body: unknown): Items | null {
  if (!isObject(body)) return null
  switch (stream) {
    case 'report_details':
      return { count: 1, meetings: 0 }
    case 'webinars':
      return source === 'webinars' ? { count: 1, meetings: 0 } : listed(body, 'webinars')
    case 'instances': {
      const list = { history_meetings: 'history_meetings', user_reports: 'meetings' }[source as string]
      return listed(body, list ?? 'webinars', list !== undefined)
    }
    case 'absentees':
      return listed(body, 'registrants')
    case 'registration_questions': {
      const count = [body.questions, body.custom_questions].reduce<number>((sum, list) => {
        if (list === undefined || list === null) return sum
        return sum + (Array.isArray(list) ? list.length : 1)
      }, 0)
      return { count, meetings: 0 }
    }
    case 'polls':
    case 'questions':
      return entries(body.questions, 'question_details')
    case 'surveys':
      return entries(body.survey_answers, 'answer_details')
    default:
      return listed(body, stream)
  }
}

function listed(body: Body, name: string, hasMeetings = false): Items | null {
  const list = body[name]
  if (!Array.isArray(list)) {
    const isElsewhere = Object.values(body).some((value) => Array.isArray(value) && value.length > 0)
    return isElsewhere ? null : { count: 0, meetings: 0 }
  }
  const isMeeting = (item: unknown) => hasMeetings && isObject(item) && saysMeeting(item.type)
  return { count: list.length, meetings: list.filter(isMeeting).length }
}

/** The types 1 to 8 less those of webinars, as a number or its text, or the word. */
function saysMeeting(type: unknown): boolean {
  if (typeof type === 'string' && /^\s*meeting\s*$/i.test(type)) return true
  const isNumber =
    typeof type === 'number' || (typeof type === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(type))
  return isNumber && [1, 2, 3, 4, 7, 8].includes(Math.trunc(Number(type)))
}

function entries(people: unknown, field: string): Items | null {
  if (people === undefined || people === null) return { count: 0, meetings: 0 }
  if (!Array.isArray(people)) return null
  const count = people.reduce<number>((sum, person) => {
    const own = isObject(person) ? person[field] : null
    // Somebody without a list of answers may have had some under another name.
    return sum + (Array.isArray(own) ? own.length : 1)
  }, 0)
  return { count, meetings: 0 }
}
