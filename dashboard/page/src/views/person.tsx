import type { JSX } from 'preact'
import type { PersonAnswer, Wire } from '../../../answers.ts'
import { Chart } from '../chart.tsx'
import { answerOf, useAnswer } from '../data.ts'
import { count, day, inMinutes, length, moment, percent, plural, rounded, tenth, zone } from '../format.ts'
import { link } from '../route.ts'
import { type Column, figure, Table, TableCsv } from '../table.tsx'
import { Crumbs, Empty, Figure, Figures, useTitle, Waiting } from '../widgets.tsx'

type Person = Wire<PersonAnswer>
type Visit = Person['attended'][number]
type Registration = Person['registered'][number]

/** Everything one person attended. */
export function PersonView({ id }: { id: string }): JSX.Element {
  const loading = useAnswer<Person>(`people/${id}`)
  const person = answerOf(loading)
  useTitle(person && (person.name ?? 'Somebody'))
  if (person === undefined) return <Waiting loading={loading} name="person" />
  const came = person.registered.filter((line) => line.came).length
  return (
    <>
      <Crumbs trail={[['Account', link('/')]]} />
      <div class="heading">
        <h1>{person.name ?? person.email ?? 'Somebody without a name'}</h1>
        <p class="quiet">{person.email ?? 'no e-mail known'}</p>
      </div>
      <Figures>
        <Figure
          name="Instances attended"
          value={count(person.instances)}
          note={`of ${plural(person.webinars, 'webinar')}`}
        />
        <Figure name="Presence in all" value={length(person.presenceSeconds)} />
        <Figure
          name="Registrations"
          value={count(person.registered.length)}
          note={person.registered.length === 0 ? undefined : `came for ${count(came)}`}
        />
        <Figure name="First seen" value={day(person.firstSeen)} note={`last seen ${day(person.lastSeen)}`} />
      </Figures>
      <Presence visits={person.attended} />
      <Attended visits={person.attended} />
      <Registered registrations={person.registered} />
      <p class="quiet end">Times are in {zone}.</p>
    </>
  )
}

function Presence({ visits }: { visits: Visit[] }): JSX.Element {
  const dated = visits.filter((visit) => visit.start !== null)
  return (
    <Chart
      title="Presence over time"
      note="Minutes in each instance."
      summary={`A dot for each of ${plural(dated.length, 'instance')} attended, by date and minutes of presence.`}
      empty="Nothing attended yet."
      of={visits}
      draw={(plots, width) =>
        plots.visits(
          dated.map((visit) => ({
            start: new Date(visit.start ?? 0),
            minutes: visit.presenceSeconds / 60,
            title: `${visit.topic ?? 'Webinar'}\n${moment(visit.start)}\n${length(visit.presenceSeconds)}`,
          })),
          width,
        )
      }
      head={['webinar', 'start (UTC)', 'minutes']}
      rows={dated.map((visit) => [visit.topic, visit.start, inMinutes(visit.presenceSeconds)])}
    />
  )
}

const visitColumns: readonly Column<Visit>[] = [
  {
    key: 'webinar',
    name: 'Webinar',
    value: (visit) => visit.topic,
    show: (visit) => (
      <a href={link(`/instances/${visit.instanceId}`)}>{visit.topic ?? 'Webinar without a topic'}</a>
    ),
    isHeading: true,
  },
  { key: 'start', name: 'Start', value: (visit) => visit.start, show: (visit) => moment(visit.start) },
  { key: 'name', name: 'As', value: (visit) => visit.name, show: (visit) => visit.name ?? '–' },
  { key: 'role', name: 'Role', value: (visit) => visit.role, show: (visit) => visit.role },
  figure('minutes', 'Minutes', (visit) => inMinutes(visit.presenceSeconds), tenth),
  figure('share', 'Share', (visit) => rounded(visit.share), percent),
  figure('sessions', 'Sessions', (visit) => visit.sessions),
  figure('polls', 'Polls', (visit) => visit.pollsAnswered),
  figure('questions', 'Questions', (visit) => visit.questionsAsked),
  figure('engagement', 'Engagement', (visit) => rounded(visit.engagement), tenth),
]

function Attended({ visits }: { visits: Visit[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="attended">
      <div class="card-head">
        <h2 id="attended">Attended</h2>
        {visits.length > 0 && (
          <div class="tools">
            <TableCsv title="Attended" columns={visitColumns} rows={visits} />
          </div>
        )}
      </div>
      {visits.length === 0 ? (
        <Empty>Nothing yet.</Empty>
      ) : (
        <Table
          title="Attended"
          columns={visitColumns}
          rows={visits}
          keyOf={(visit) => `${visit.instanceId} ${visit.name} ${visit.presenceSeconds}`}
        />
      )}
    </section>
  )
}

const registrationColumns: readonly Column<Registration>[] = [
  {
    key: 'webinar',
    name: 'Webinar',
    value: (line) => line.topic,
    show: (line) => (
      <a href={link(`/webinars/${line.webinarId}`)}>{line.topic ?? 'Webinar without a topic'}</a>
    ),
    isHeading: true,
  },
  {
    key: 'registered',
    name: 'Registered',
    value: (line) => line.registeredAt,
    show: (line) => moment(line.registeredAt),
  },
  { key: 'status', name: 'Status', value: (line) => line.status, show: (line) => line.status },
  { key: 'came', name: 'Came', value: (line) => line.came, show: (line) => (line.came ? '✓ yes' : '– no') },
]

function Registered({ registrations }: { registrations: Registration[] }): JSX.Element | null {
  if (registrations.length === 0) return null
  return (
    <section class="card" aria-labelledby="registered">
      <div class="card-head">
        <h2 id="registered">Registered for</h2>
        <div class="tools">
          <TableCsv title="Registered for" columns={registrationColumns} rows={registrations} />
        </div>
      </div>
      <Table
        title="Registered for"
        columns={registrationColumns}
        rows={registrations}
        keyOf={(line) => line.id}
      />
    </section>
  )
}
