import { iso } from '../calendar.ts'
import { tooOld, webinarMissing } from '../faults.ts'
import { figuresOf } from '../figures.ts'
import type { Instance, Participant, PollAnswer, Question } from '../model.ts'
import { type Call, instanceAt, type Route, route } from '../route.ts'

/** The reports on one instance beside its participants. Durations are minutes, rounded up. */
export const reportRoutes: readonly Route[] = [
  route('/report/webinars/{id}/polls', 'heavy', 'report', 'list_webinar_polls', (call) => {
    const instance = reported(call)
    return { ...frame(instance), questions: byPerson(instance.pollAnswers).map(showPoller) }
  }),
  route('/report/webinars/{id}/qa', 'heavy', 'report', 'webinar_qna', (call) => {
    const instance = reported(call)
    return {
      ...frame(instance),
      questions: byPerson(instance.questions).map((asked) => showAsker(instance, asked)),
    }
  }),
  route('/report/webinars/{id}/survey', 'heavy', 'report', 'webinar_survey', (call) => {
    const instance = reported(call)
    return {
      webinar_id: instance.webinar.id,
      webinar_uuid: instance.uuid,
      start_time: iso(instance.start),
      survey_id: instance.surveyAnswers.length === 0 ? '' : instance.surveyId,
      survey_name: instance.surveyAnswers.length === 0 ? '' : `Survey of ${instance.webinar.topic}`,
      survey_answers: byPerson(instance.surveyAnswers).map((answers) => ({
        ...person(answers[0] as PollAnswer),
        answer_details: answers.map((a) => ({
          question: a.question,
          question_id: a.questionId,
          answer: a.answer,
          date_time: iso(a.at),
        })),
      })),
    }
  }),
  route('/report/webinars/{id}', 'heavy', 'report', 'webinar', (call) => showDetail(reported(call))),
  route('/past_webinars/{id}/polls', 'medium', 'webinar', 'list_past_polls', (call) => {
    const instance = past(call)
    return {
      ...frame(instance),
      questions: byPerson(instance.pollAnswers).map((answers) => {
        const { email, name, question_details } = showPoller(answers)
        return { email, name, question_details }
      }),
    }
  }),
  route('/past_webinars/{id}/qa', 'medium', 'webinar', 'past_qa', (call) => {
    const instance = past(call)
    return {
      ...frame(instance),
      questions: byPerson(instance.questions).map((asked) => {
        const { email, name } = person(asked[0] as Question)
        return {
          email,
          name,
          question_details: asked.map((q) => ({ answer: q.answer, question: q.question })),
        }
      }),
    }
  }),
]

function reported(call: Call): Instance {
  const instance = instanceAt(call, webinarMissing)
  if (!instance.isAvailable) throw tooOld()
  return instance
}

function past(call: Call): Instance {
  const instance = instanceAt(call, webinarMissing)
  const isGone = /^\d+$/.test(call.id) && !instance.webinar.isListed
  if (isGone || !instance.isAvailable) throw webinarMissing(call.id)
  return instance
}

function frame(instance: Instance) {
  return { id: instance.webinar.id, uuid: instance.uuid, start_time: iso(instance.start) }
}

export function showDetail(instance: Instance): Record<string, unknown> {
  const { webinar } = instance
  const figures = figuresOf(instance)
  return {
    ...frame(instance),
    topic: webinar.topic,
    type: webinar.type,
    dept: webinar.host.department,
    user_name: webinar.host.human.name,
    user_email: webinar.host.email,
    end_time: iso(instance.end),
    duration: Math.ceil((instance.end - instance.start) / 60),
    total_minutes: Math.ceil(figures.connectedDuration / 60),
    participants_count: figures.participants,
    custom_keys: [],
    tracking_fields: [],
  }
}

/** One entry a person; each anonymous answer stands alone. */
function byPerson<T extends PollAnswer | Question>(answers: readonly T[]): T[][] {
  const groups = new Map<Participant | T, T[]>()
  for (const answer of answers) {
    const key = answer.isAnonymous ? answer : answer.participant
    groups.set(key, [...(groups.get(key) ?? []), answer])
  }
  return [...groups.values()]
}

function person({ participant, isAnonymous }: PollAnswer | Question) {
  if (isAnonymous) return { email: '', name: 'Anonymous Attendee', first_name: '', last_name: '' }
  const email = participant.rows[0]?.email ?? ''
  const { name = '', firstName = '', lastName = '' } = participant.human ?? {}
  return { email, name, first_name: firstName, last_name: lastName }
}

function showPoller(answers: readonly PollAnswer[]) {
  return {
    ...person(answers[0] as PollAnswer),
    question_details: answers.map((a) => ({
      answer: a.answer,
      date_time: iso(a.at),
      polling_id: a.questionId,
      question: a.question,
    })),
  }
}

function showAsker({ webinar }: Instance, asked: readonly Question[]) {
  const first = asked[0] as Question
  const { email, name } = person(first)
  return {
    user_id: first.isAnonymous ? '' : (first.participant.human?.userId ?? ''),
    email,
    name,
    question_details: asked.map((q) => ({
      answer: q.answer,
      question: q.question,
      question_id: q.id,
      create_time: iso(q.at),
      question_status: q.answer === '' ? 'open' : 'answered',
      answer_details:
        q.answer === ''
          ? []
          : [
              {
                user_id: webinar.host.id,
                name: webinar.host.human.name,
                email: webinar.host.email,
                content: q.answer,
                create_time: iso(q.at + 30),
                type: 'default',
              },
            ],
    })),
  }
}
