import type { JSX } from 'preact'
import type { AccountAnswer, WebinarLine, Wire } from '../../../answers.ts'
import { isExport } from '../data.ts'
import { count, day, inMinutes, percent, plural, rate, rounded, tenth, titleOf } from '../format.ts'
import { changeQuery, link } from '../route.ts'
import { type Column, figure, Table, TableCsv } from '../table.tsx'
import { Empty, Status } from '../widgets.tsx'

type Line = Wire<WebinarLine>

const columns: readonly Column<Line>[] = [
  {
    key: 'webinar',
    name: 'Webinar',
    value: titleOf,
    show: (line) => (
      <>
        <a href={link(`/webinars/${line.id}`)}>{titleOf(line)}</a>
        {line.host !== null && <span class="below">{line.host}</span>}
      </>
    ),
    isHeading: true,
  },
  { key: 'last', name: 'Last ran', value: (line) => line.lastStart, show: (line) => day(line.lastStart) },
  figure('instances', 'Instances', (line) => line.instances),
  figure('registered', 'Registered', (line) => line.registrations),
  figure('rate', 'Came', (line) => rounded(rate(line.registrationsCame, line.registrations)), percent),
  figure('participants', 'Participants', (line) => line.participants),
  figure('minutes', 'Average minutes', (line) => inMinutes(line.averageSeconds), tenth),
  figure('peak', 'Most at once', (line) => line.peak),
  {
    key: 'status',
    name: 'Capture',
    value: (line) => line.status,
    show: (line) => <Status status={line.status} />,
  },
]

/** In the table it stands below the title. */
const host: Column<Line> = {
  key: 'host',
  name: 'Host',
  value: (line) => line.host,
  show: (line) => line.host ?? '–',
}

const shownFirst = 25

/** Every webinar of the view; sorting, search and how many are part of the address. */
export function WebinarsTable({
  account,
  query,
}: {
  account: Wire<AccountAnswer>
  query: Record<string, string>
}): JSX.Element {
  const { sort = '-participants', find = '', all } = query
  const words = find.toLocaleLowerCase()
  const found = account.webinars.filter((line) =>
    `${titleOf(line)} ${line.host ?? ''} ${line.zoomWebinarId ?? ''}`.toLocaleLowerCase().includes(words),
  )
  const isShort = all === undefined && found.length > shownFirst
  return (
    <section class="card" aria-labelledby="webinars">
      <div class="card-head">
        <div>
          <h2 id="webinars">Webinars</h2>
          <p class="quiet">
            {plural(found.length, 'webinar')}
            {account.webinarsLeftOut > 0 &&
              `, ${count(account.webinarsLeftOut)} with fewer participants left out`}
            . Registrations and attendance rate are of the whole webinar, the rest of the time chosen.
          </p>
        </div>
        <div class="tools">
          <input
            type="search"
            aria-label="Find a webinar"
            placeholder="Find a webinar"
            value={find}
            onInput={(event) => changeQuery({ find: event.currentTarget.value })}
          />
          <TableCsv title="Webinars" columns={isExport ? columns : [...columns, host]} rows={found} />
        </div>
      </div>
      {found.length === 0 ? (
        <Empty>{find === '' ? 'No webinar ran in this time.' : `No webinar is called “${find}”.`}</Empty>
      ) : (
        <Table
          title="Webinars"
          columns={columns}
          rows={found}
          limit={isShort ? shownFirst : undefined}
          keyOf={(line) => line.id}
          sort={sort}
          onSort={(chosen) => changeQuery({ sort: chosen })}
        />
      )}
      {isShort && (
        <button type="button" class="more" onClick={() => changeQuery({ all: 'yes' })}>
          Show all {count(found.length)}
        </button>
      )}
    </section>
  )
}
