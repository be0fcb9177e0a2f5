import type { JSX } from 'preact'
import type { AccountPeopleAnswer, Wire } from '../../../answers.ts'
import { Chart } from '../chart.tsx'
import { answerOf, useAnswer } from '../data.ts'
import { count, percent, period, rate } from '../format.ts'
import { Figure } from '../widgets.tsx'

type People = Wire<AccountPeopleAnswer>
type Query = Record<string, string | undefined>

/** The persons behind the participants. They take longest to count, so the page does not wait for them. */
export function AccountPeople({ query }: { query: Query }): JSX.Element {
  const loading = useAnswer<People>('account/people', query)
  const people = answerOf(loading)
  const note =
    people !== undefined
      ? `${count(people.returningPeople)} came more than once (${percent(rate(people.returningPeople, people.people))})`
      : loading.state === 'failed'
        ? loading.message
        : 'counting…'
  return (
    <Figure name="People" value={count(people?.people)} note={note} isBusy={loading.state === 'loading'} />
  )
}

export function PeopleChart({ query, starts }: { query: Query; starts: Date[] }): JSX.Element {
  const loading = useAnswer<People>('account/people', query)
  const people = answerOf(loading)
  const lines = (people?.periods ?? []).filter((line) => line.people !== null)
  const step = people?.step ?? 'week'
  return (
    <Chart
      title="New and returning people"
      note="New: came to nothing in the account before."
      legend={[
        { name: 'new', kind: 'accent' },
        { name: 'returning', kind: 'soft' },
      ]}
      summary={`Bars of people who came by ${step}, new ones on top of returning ones. ${count(people?.people)} people in all, ${count(people?.returningPeople)} of them more than once.`}
      empty={
        loading.state === 'loading'
          ? 'Counting people…'
          : loading.state === 'failed'
            ? loading.message
            : 'Nobody came.'
      }
      of={people}
      draw={(plots, width) =>
        plots.stackedPeriods(
          lines.map((line) => ({
            start: new Date(line.start),
            lower: (line.people ?? 0) - (line.newPeople ?? 0),
            upper: line.newPeople ?? 0,
            title: `${period(line.start, step)}\n${count(line.people)} people\n${count(line.newPeople)} new`,
          })),
          step,
          width,
          plots.spanOf(starts, step),
        )
      }
      head={[step, 'people', 'new', 'returning']}
      rows={lines.map((line) => [
        line.start.slice(0, 10),
        line.people,
        line.newPeople,
        line.people === null || line.newPeople === null ? null : line.people - line.newPeople,
      ])}
    />
  )
}
