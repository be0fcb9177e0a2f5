import type { JSX } from 'preact'
import type { Completeness, Wire } from '../../../answers.ts'
import { csvOf } from '../csv.ts'
import { download } from '../download.ts'
import { count, moment, percent, plural, rate } from '../format.ts'
import { Status } from '../widgets.tsx'

const streams: Readonly<Record<string, string>> = {
  report_details: 'report details',
  registration_questions: 'registration questions',
  tracking_sources: 'tracking sources',
}

/** What is there of what Zoom says exists. */
export function CompletenessCard({ completeness }: { completeness: Wire<Completeness> }): JSX.Element {
  const { statuses, captured, expected, lacking, publishedAt, capturedAt, version } = completeness
  const all = statuses.reduce((sum, line) => sum + line.instances, 0)
  const save = () =>
    download(
      'Completeness',
      csvOf(
        ['what', 'status', 'count'],
        [
          ...statuses.map((line) => ['instances', line.status, line.instances]),
          ...lacking.map((line) => [line.stream, line.status, line.readings]),
        ],
      ),
    )
  return (
    <section class="card" id="completeness" tabIndex={-1} aria-labelledby="completeness-heading">
      <div class="card-head">
        <div>
          <h2 id="completeness-heading">Completeness</h2>
          <p class="quiet">
            Zoom was last read {moment(capturedAt)}, and published {moment(publishedAt)}
            {version === null ? '' : ` by rollcall ${version}`}.
          </p>
        </div>
        <div class="tools">
          <button type="button" onClick={save}>
            CSV<span class="visually-hidden"> of Completeness</span>
          </button>
        </div>
      </div>
      <p class="statement">
        <b>{count(captured)}</b> of {count(expected)} join and leave rows that Zoom says exist are here
        {expected > 0 && ` (${percent(rate(captured, expected))})`}.
      </p>
      <ul class="statuses">
        {statuses.map((line) => (
          <li key={line.status}>
            <Status status={line.status} /> <b>{count(line.instances)}</b> of {plural(all, 'instance')}
          </li>
        ))}
      </ul>
      {lacking.length > 0 && (
        <details>
          <summary>
            {plural(
              lacking.reduce((sum, line) => sum + line.readings, 0),
              'reading',
            )}{' '}
            not complete
          </summary>
          <table class="narrow">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Status</th>
                <th scope="col" class="number">
                  Readings
                </th>
              </tr>
            </thead>
            <tbody>
              {lacking.map((line) => (
                <tr key={`${line.stream} ${line.status}`}>
                  <th scope="row">{streams[line.stream] ?? line.stream}</th>
                  <td>
                    <Status status={line.status} />
                  </td>
                  <td class="number">{count(line.readings)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="quiet">
            Which, why and what to do: <code>rollcall verify</code>
          </p>
        </details>
      )}
    </section>
  )
}
