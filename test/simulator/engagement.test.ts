import { expect, test } from 'vitest'
import { connect, twice } from './client.ts'

interface Asked {
  name: string
  email: string
  question_details: unknown[]
}

test('polls, questions and surveys hold as many answers as the truth', async () => {
  const { account, get } = await connect()
  for (const instance of account.instances.filter((i) => i.isAvailable)) {
    const uuid = twice(instance.uuid)
    const count = (list: Asked[]) => list.reduce((sum, person) => sum + person.question_details.length, 0)
    const polls = (await get(`/report/webinars/${uuid}/polls`)).body
    const questions = (await get(`/report/webinars/${uuid}/qa`)).body
    const survey = (await get(`/report/webinars/${uuid}/survey`)).body
    expect(polls.uuid).toBe(instance.uuid)
    expect(count(polls.questions)).toBe(instance.pollAnswers.length)
    expect(count(questions.questions)).toBe(instance.questions.length)
    const answers = survey.survey_answers.flatMap(
      ({ answer_details }: { answer_details: unknown[] }) => answer_details,
    )
    expect(answers.length).toBe(instance.surveyAnswers.length)
    expect(count((await get(`/past_webinars/${uuid}/polls`)).body.questions)).toBe(
      instance.pollAnswers.length,
    )
    expect(count((await get(`/past_webinars/${uuid}/qa`)).body.questions)).toBe(instance.questions.length)
  }
})

test('some answer without a name, and their address is gone with it', async () => {
  const { account, get } = await connect()
  const uuid = twice(account.webinars[1]?.instances[0]?.uuid as string)
  const { questions } = (await get(`/report/webinars/${uuid}/polls`)).body as { questions: Asked[] }
  const anonymous = questions.filter(({ name }) => name === 'Anonymous Attendee')
  expect(anonymous.length).toBeGreaterThan(0)
  expect(
    anonymous.every(({ email, question_details }) => email === '' && question_details.length === 1),
  ).toBe(true)
  expect(questions.some(({ email }) => email !== '')).toBe(true)
})

test('past webinars give polls without ids of questions’ askers', async () => {
  const { account, get } = await connect()
  const uuid = twice(account.webinars[1]?.instances[0]?.uuid as string)
  const [asker] = (await get(`/past_webinars/${uuid}/qa`)).body.questions
  expect(Object.keys(asker).sort()).toEqual(['email', 'name', 'question_details'])
})

test('a survey is set up or refused with code 3000', async () => {
  const { account, get } = await connect()
  const codes = new Set<unknown>()
  for (const { id } of account.webinars.filter((w) => w.isListed))
    codes.add((await get(`/webinars/${id}/survey`)).body.code)
  expect(codes).toEqual(new Set([undefined, 3000]))
})
