import type { JSX } from 'preact'
import type { InstanceLine, WebinarAnswer, Wire } from '../../../answers.ts'
import { count, inMinutes, length, moment, percent, rate, rounded, tenth } from '../format.ts'
import { changeQuery, link } from '../route.ts'
import { type Column, figure, Table, TableCsv } from '../table.tsx'
import { Empty, Status } from '../widgets.tsx'

type Line = Wire<InstanceLine>

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
  figure('length', 'Length', (line) => line.durationSeconds, length),
  figure('participants', 'Participants', (line) => line.participants),
  figure('new', 'New', (line) => line.newPeople),
  ...(registrations === null
    ? []
    : [figure<Line>('rate', 'Came', (line) => rounded(rate(line.invitedCame, registrations)), percent)]),
  figure('peak', 'Most at once', (line) => line.peak),
  figure('average', 'Average min', (line) => inMinutes(line.averageSeconds), tenth),
  figure('median', 'Median min', (line) => inMinutes(line.medianSeconds), tenth),
  figure('rejoined', 'Came back', (line) => rounded(rate(line.rejoined, line.participants)), percent),
  figure('engagement', 'Engagement', (line) => rounded(line.engagement), tenth),
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
