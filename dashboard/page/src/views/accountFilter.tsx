import type { JSX } from 'preact'
import type { AccountAnswer, Wire } from '../../../answers.ts'
import { isExport } from '../data.ts'
import { titleOf } from '../format.ts'
import { changeQuery } from '../route.ts'

interface Props {
  account: Wire<AccountAnswer>
  query: Record<string, string>
}

const chosenIn = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value

/** What the account view is narrowed to; it is part of the address. */
export function AccountFilter({ account, query }: Props): JSX.Element {
  const isNarrowed = ['host', 'webinar', 'from', 'to'].some((name) => query[name])
  return (
    <form class="filter" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      {isExport ? (
        <YearChoice account={account} query={query} />
      ) : (
        <Choices account={account} query={query} />
      )}
      {isNarrowed && (
        <button
          type="button"
          onClick={() => changeQuery({ host: undefined, webinar: undefined, from: undefined, to: undefined })}
        >
          Show everything
        </button>
      )}
    </form>
  )
}

function Choices({ account: { choices, span }, query }: Props): JSX.Element {
  return (
    <>
      <label>
        Host
        <select value={query.host ?? ''} onChange={(event) => changeQuery({ host: chosenIn(event) })}>
          <option value="">All hosts</option>
          {choices.hosts.map((host) => (
            <option key={host} value={host}>
              {host}
            </option>
          ))}
        </select>
      </label>
      <label>
        Webinar
        <select value={query.webinar ?? ''} onChange={(event) => changeQuery({ webinar: chosenIn(event) })}>
          <option value="">All webinars</option>
          {choices.webinars.map((webinar) => (
            <option key={webinar.id} value={webinar.id}>
              {titleOf(webinar)}
            </option>
          ))}
        </select>
      </label>
      <label>
        From
        <input
          type="date"
          value={query.from ?? ''}
          min={span?.from}
          max={query.to ?? span?.to}
          onChange={(event) => changeQuery({ from: chosenIn(event) })}
        />
      </label>
      <label>
        To
        <input
          type="date"
          value={query.to ?? ''}
          min={query.from ?? span?.from}
          max={span?.to}
          onChange={(event) => changeQuery({ to: chosenIn(event) })}
        />
      </label>
    </>
  )
}

/** An export has an answer for all of it and one for each year. */
function YearChoice({ account: { span }, query }: Props): JSX.Element {
  const [first, last] = [span?.from, span?.to].map((date) => Number(date?.slice(0, 4)))
  const years =
    first && last ? Array.from({ length: last - first + 1 }, (_, index) => String(last - index)) : []
  const chosen = query.from?.slice(0, 4) ?? ''
  const choose = (year: string) =>
    changeQuery(
      year === '' ? { from: undefined, to: undefined } : { from: `${year}-01-01`, to: `${year}-12-31` },
    )
  return (
    <label>
      Year
      <select value={chosen} onChange={(event) => choose(chosenIn(event))}>
        <option value="">All years</option>
        {years.map((year) => (
          <option key={year} value={year}>
            {year}
          </option>
        ))}
      </select>
    </label>
  )
}
