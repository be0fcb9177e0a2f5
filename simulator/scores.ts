import type { Instance, Participant } from './model.ts'
import { stayOf } from './staying.ts'

/** What one participant did under a name; anonymous answers lead to nobody. */
export interface Given {
  polls_answered: number
  questions_asked: number
  survey_answers: number
}

export const nothingGiven: Given = { polls_answered: 0, questions_asked: 0, survey_answers: 0 }

/** What each participant did who did anything. */
export function givenIn(instance: Instance): Map<Participant, Given> {
  const counts = new Map<Participant, Given>()
  const count = (
    answers: readonly { participant: Participant; isAnonymous: boolean }[],
    field: keyof Given,
  ) => {
    for (const { participant, isAnonymous } of answers) {
      if (isAnonymous) continue
      const own = counts.get(participant) ?? { ...nothingGiven }
      own[field]++
      counts.set(participant, own)
    }
  }
  count(instance.pollAnswers, 'polls_answered')
  count(instance.questions, 'questions_asked')
  count(instance.surveyAnswers, 'survey_answers')
  return counts
}

/** Different poll questions that anybody answered. */
export function pollsOffered(instance: Instance): number {
  return new Set(instance.pollAnswers.map(({ questionId }) => questionId)).size
}

/**
 * The engagement score, 0 to 100: what a participant reached of the points there were to reach, reckoned apart from
 * the models' SQL.
 */
export function scoreOf(instance: Instance, participant: Participant, given: Given): number {
  const stay = stayOf(instance, participant)
  const polls = pollsOffered(instance)
  const points: [reached: number, reachable: number][] = [
    [(50 * stay.attendedSeconds) / (instance.end - instance.start), 50],
    [stay.isEarlyLeaver === false ? 15 : 0, 15],
  ]
  if (polls > 0) points.push([(15 * given.polls_answered) / polls, 15])
  if (instance.questions.length > 0) points.push([given.questions_asked > 0 ? 10 : 0, 10])
  if (instance.surveyAnswers.length > 0) points.push([given.survey_answers > 0 ? 10 : 0, 10])
  const sum = (index: 0 | 1) => points.reduce((total, pair) => total + pair[index], 0)
  return (100 * sum(0)) / sum(1)
}
