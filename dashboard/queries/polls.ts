import { sql } from 'kysely'
import type { Poll } from '../answers.ts'
import type { Snapshot } from '../warehouse.ts'

/** Free text has as many answers as people; the frequent ones are told, the rest counted. */
const answersMax = 12
const questionsMax = 60

/** What was asked in polls and the survey, and how often each answer was given. */
export async function asked(snapshot: Snapshot, instanceId: string): Promise<Poll[]> {
  const { rows } = await sql<{
    kind: 'poll' | 'survey'
    question: string
    people: number
    answer: string
    count: number
    answers: number
  }>`
    with given as (
      select 'poll' as kind, question, answer, coalesce(participant_id, id) as who, answered_at
      from zoom_poll_answers
      where instance_id = ${instanceId}
      union all
      select 'survey', question, answer, coalesce(participant_id, id), answered_at
      from zoom_survey_answers
      where instance_id = ${instanceId}
    ),
    questions as (
      select kind, question, count(distinct who)::int as people, min(answered_at) as first_answered
      from given
      where question is not null and answer is not null
      group by kind, question
      order by kind, first_answered nulls last, question
      limit ${questionsMax}
    ),
    counted as (
      select
        kind,
        question,
        answer,
        count(*)::int as count,
        count(*) over (partition by kind, question)::int as answers,
        row_number() over (partition by kind, question order by count(*) desc, answer) as place
      from given
      group by kind, question, answer
    )
    select questions.kind, questions.question, questions.people, counted.answer, counted.count, counted.answers
    from questions
    join counted on counted.kind = questions.kind and counted.question = questions.question
    where counted.answer is not null and counted.place <= ${answersMax}
    order by questions.kind, questions.first_answered nulls last, questions.question, counted.place
  `.execute(snapshot)
  const polls = Map.groupBy(rows, (row) => JSON.stringify([row.kind, row.question]))
  return [...polls.values()].flatMap((answers) => {
    const [first] = answers
    if (first === undefined) return []
    return {
      kind: first.kind,
      question: first.question,
      people: first.people,
      answers: answers.map(({ answer, count }) => ({ answer, count })),
      answersLeftOut: first.answers - answers.length,
    }
  })
}
