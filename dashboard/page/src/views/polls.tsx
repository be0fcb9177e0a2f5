import type { JSX } from 'preact'
import type { Poll } from '../../../answers.ts'
import { BarList } from '../barList.tsx'
import { count, percent, plural, rate } from '../format.ts'

/** What was asked, and how often each answer was given. */
export function Polls({ polls }: { polls: Poll[] }): JSX.Element | null {
  if (polls.length === 0) return null
  return (
    <>
      <h2>Polls and survey</h2>
      <div class="grid">
        {polls.map((poll) => (
          <BarList
            key={`${poll.kind} ${poll.question}`}
            title={poll.question}
            note={`${poll.kind === 'poll' ? 'Poll' : 'Survey'}, answered by ${plural(poll.people, 'person', 'people')}${poll.answersLeftOut > 0 ? `; ${plural(poll.answersLeftOut, 'rarer answer')} left out` : ''}.`}
            bars={poll.answers.map(({ answer, count: given }) => ({
              key: answer,
              name: answer,
              share: given / Math.max(1, poll.people),
              text: count(given),
              detail: percent(rate(given, poll.people)),
            }))}
            head={['answer', 'given']}
            rows={poll.answers.map(({ answer, count: given }) => [answer, given])}
          />
        ))}
      </div>
    </>
  )
}
