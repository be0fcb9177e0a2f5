import type { JSX } from 'preact'
import type { PeopleAnswer, Wire } from '../../../answers.ts'
import { answerOf, useAnswer } from '../data.ts'
import { day } from '../format.ts'
import { link } from '../route.ts'
import { type Column, figure, Table } from '../table.tsx'
import { Crumbs, Empty, useTitle, Waiting } from '../widgets.tsx'

type Found = Wire<PeopleAnswer>
type Line = Found['people'][number]

const columns: readonly Column<Line>[] = [
  {
    key: 'name',
    name: 'Name',
    value: (line) => line.name,
    show: (line) => <a href={link(`/persons/${line.id}`)}>{line.name ?? 'no name'}</a>,
    isHeading: true,
  },
  { key: 'email', name: 'E-mail', value: (line) => line.email, show: (line) => line.email ?? '–' },
  figure('instances', 'Instances', (line) => line.instances),
  { key: 'seen', name: 'Last seen', value: (line) => line.lastSeen, show: (line) => day(line.lastSeen) },
]

/** Persons found by name or e-mail. */
export function PeopleView({ search }: { search: string }): JSX.Element {
  const loading = useAnswer<Found>('people', { search })
  useTitle(`People: ${search}`)
  const found = answerOf(loading)
  if (found === undefined) return <Waiting loading={loading} name="list of people" />
  return (
    <>
      <Crumbs trail={[['Account', link('/')]]} />
      <div class="heading">
        <h1>People found for “{search}”</h1>
        <p class="quiet">The most frequent guests first, 20 at most.</p>
      </div>
      <section class="card" aria-label="People">
        {found.people.length === 0 ? (
          <Empty>Nobody’s name or e-mail contains this.</Empty>
        ) : (
          <Table title="People" columns={columns} rows={found.people} keyOf={(line) => line.id} />
        )}
      </section>
    </>
  )
}
