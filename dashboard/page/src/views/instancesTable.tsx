import type { JSX } from 'preact'
import type { InstanceLine, WebinarAnswer, Wire } from '../../../answers.ts'
import { count, length, minutes, moment, percent, rate, tenth } from '../format.ts'
import { changeQuery, link } from '../route.ts'
import { type Column, Table, TableCsv } from '../table.tsx'
import { Empty, Status } from '../widgets.tsx'

type Line = Wire<InstanceLine>

const tenths = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)

const columnsOf = (registrations: number | null): Column<Line>[] => [
  {
    key: 'start',
    name: 'Instance',
    value: (line) => line.start,
    show: (line) => (
      <a class="whole" href={link(`/instances/${line.id}`)}>
        {line.number}
        {line.isRestart && ' (restart)'} · {moment(line.start)}
      </a>
    ),
    isHeading: true,
  },
  {
    key: 'length',
    name: 'Length',
    value: (line) => line.durationSeconds,
    show: (line) => length(line.durationSeconds),
    isNumber: true,
  },
  {
    key: 'participants',
    name: 'Participants',
    value: (line) => line.participants,
    show: (line) => count(line.participants),
    isNumber: true,
  },
  {
    key: 'new',
    name: 'New',
    value: (line) => line.newPeople,
    show: (line) => count(line.newPeople),
    isNumber: true,
  },
  ...(registrations === null
    ? []
    : [
        {
          key: 'rate',
          name: 'Came',
          value: (line: Line) => tenths(rate(line.invitedCame, registrations)),
          show: (line: Line) => percent(rate(line.invitedCame, registrations)),
          isNumber: true,
        },
      ]),
  {
    key: 'peak',
    name: 'Most at once',
    value: (line) => line.peak,
    show: (line) => count(line.peak),
    isNumber: true,
  },
  {
    key: 'average',
    name: 'Average min',
    value: (line) => tenths(line.averageSeconds === null ? null : line.averageSeconds / 60),
    show: (line) => minutes(line.averageSeconds),
    isNumber: true,
  },
  {
    key: 'median',
    name: 'Median min',
    value: (line) => tenths(line.medianSeconds === null ? null : line.medianSeconds / 60),
    show: (line) => minutes(line.medianSeconds),
    isNumber: true,
  },
  {
    key: 'rejoined',
    name: 'Came back',
    value: (line) => tenths(rate(line.rejoined, line.participants)),
    show: (line) => percent(rate(line.rejoined, line.participants)),
    isNumber: true,
  },
  {
    key: 'engagement',
    name: 'Engagement',
    value: (line) => tenths(line.engagement),
    show: (line) => tenth(line.engagement),
    isNumber: true,
  },
  {
    key: 'status',
    name: 'Capture',
    value: (line) => line.status,
    show: (line) => <Status status={line.status} />,
  },
]

export function InstancesTable({
  webinar,
  sort,
}: {
  webinar: Wire<WebinarAnswer>
  sort: string
}): JSX.Element {
  const columns = columnsOf(webinar.registrations)
  return (
    <section class="card" aria-labelledby="instances">
      <div class="card-head">
        <div>
          <h2 id="instances">Instances</h2>
          {webinar.instancesLeftOut > 0 && (
            <p class="quiet">
              The latest {count(webinar.instances.length)}; {count(webinar.instancesLeftOut)} earlier ones are
              left out.
            </p>
          )}
        </div>
        {webinar.instances.length > 0 && (
          <div class="tools">
            <TableCsv title="Instances" columns={columns} rows={webinar.instances} />
          </div>
        )}
      </div>
      {webinar.instances.length === 0 ? (
        <Empty>It has not run yet.</Empty>
      ) : (
        <Table
          title="Instances"
          columns={columns}
          rows={webinar.instances}
          keyOf={(line) => line.id}
          sort={sort}
          onSort={(chosen) => changeQuery({ sort: chosen })}
        />
      )}
    </section>
  )
}
