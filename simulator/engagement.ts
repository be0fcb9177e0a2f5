import { shortId } from './ids.ts'
import type { Instance, Participant, PollAnswer, Question } from './model.ts'
import type { Prng } from './prng.ts'

const polls = [
  { question: 'How useful is this so far?', answers: ['Very', 'Somewhat', 'Not at all'] },
  {
    question: 'Which topics next? (choose all)',
    answers: ['Soil', 'Soil;Water', 'Water;“Other”', 'Größe, Maß'],
  },
] as const
const asked = [
  'Will there be a recording?',
  'Wie geht’s weiter?',
  '¿Dónde están las “diapositivas”?',
  'Slides, please?',
]
const ratings = ['Extremely useful', 'Useful', 'No opinion, sorry', 'Für mich: sehr gut']

/** Lets some participants answer polls, ask, and fill in the survey; some of them without a name. */
export function engage(prng: Prng, instance: Instance): void {
  const { webinar } = instance
  const people = instance.participants.filter(canBeTold)
  if (people.length === 0) return
  const isTrapped = webinar.index < 3 && instance === webinar.instances[0]
  const at = () => prng.int(instance.start + 60, instance.end - 60)
  if (isTrapped || prng.chance(0.6))
    for (const poll of polls.slice(0, prng.int(1, 2))) {
      const questionId = shortId(prng)
      for (const participant of people)
        if (prng.chance(0.3)) {
          const isAnonymous = prng.chance(0.12)
          const answer = prng.pick(poll.answers)
          instance.pollAnswers.push({
            participant,
            isAnonymous,
            questionId,
            question: poll.question,
            answer,
            at: at(),
          })
        }
    }
  if (isTrapped || prng.chance(0.6))
    for (const participant of people)
      if (prng.chance(0.08)) instance.questions.push(ask(prng, participant, at()))
  if (webinar.surveyQuestions.length > 0 && (isTrapped || prng.chance(0.7)))
    for (const participant of people)
      if (prng.chance(0.12))
        instance.surveyAnswers.push(...fillIn(prng, participant, webinar.surveyQuestions, instance.end))
}

/** Their answers must lead back to one participant: by an address or a name that is theirs alone. */
function canBeTold(participant: Participant): boolean {
  const { human, role, isOnForwardedLink, ambiguity } = participant
  return human !== null && !human.isHomonym && role === 'attendee' && !isOnForwardedLink && ambiguity === null
}

function ask(prng: Prng, participant: Participant, at: number): Question {
  const answer = prng.chance(0.5) ? 'Yes.' : ''
  return {
    participant,
    isAnonymous: prng.chance(0.2),
    id: shortId(prng),
    question: prng.pick(asked),
    answer,
    at,
  }
}

function fillIn(
  prng: Prng,
  participant: Participant,
  questions: readonly string[],
  end: number,
): PollAnswer[] {
  const isAnonymous = prng.chance(0.1)
  const at = end + prng.int(10, 3600)
  return questions.map((question, index) => ({
    participant,
    isAnonymous,
    questionId: `survey-question-${index + 1}`,
    question,
    answer: prng.pick(ratings),
    at,
  }))
}
