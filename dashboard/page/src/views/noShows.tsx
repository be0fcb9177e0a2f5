import type { JSX } from 'preact'
import type { InstanceAnswer, NoShowsAnswer, Wire } from '../../../answers.ts'
import { csvOf } from '../csv.ts'
import { download } from '../download.ts'
import { day, plural } from '../format.ts'
import { askAll, More, useLongList } from '../longList.tsx'
import { changeQuery, link } from '../route.ts'
import { Scroll } from '../widgets.tsx'

type NoShowLines = Wire<NoShowsAnswer>

/** Registrants of the webinar who did not come to this instance. */
export function NoShows({
  instance,
  query,
}: {
  instance: Wire<InstanceAnswer>
  query: Record<string, string>
}): JSX.Element {
  const search = query.absent ?? ''
  const path = `instances/${instance.id}/no-shows`
  const { answer, ...list } = useLongList<NoShowLines>(path, { search }, query.absentRows)
  return (
    <section class="card" aria-labelledby="no-shows">
      <div class="card-head">
        <div>
          <h2 id="no-shows">No-shows</h2>
          <p class="quiet" role="status" aria-busy={list.isBusy}>
            {answer === undefined
              ? 'Loading…'
              : `${plural(answer.total, 'registrant')} of the webinar did not come to this instance${search === '' ? '' : `, found for “${search}”`}`}
          </p>
        </div>
        <div class="tools">
          <input
            type="search"
            aria-label="Find a no-show by name or e-mail"
            placeholder="Name or e-mail"
            value={search}
            onInput={(event) => changeQuery({ absent: event.currentTarget.value, absentRows: undefined })}
          />
          <button type="button" onClick={() => save(path, search)}>
            CSV<span class="visually-hidden"> of no-shows</span>
          </button>
        </div>
      </div>
      {answer !== undefined && answer.registrants.length > 0 && (
        <Scroll name="No-shows, table" isTall>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">E-mail</th>
                <th scope="col">Registered</th>
                <th scope="col">Came from</th>
              </tr>
            </thead>
            <tbody>
              {answer.registrants.map((line) => (
                <tr key={line.id}>
                  <th scope="row">
                    {line.personId === null ? (
                      (line.name ?? '–')
                    ) : (
                      <a href={link(`/persons/${line.personId}`)}>{line.name ?? 'no name'}</a>
                    )}
                  </th>
                  <td>{line.email ?? '–'}</td>
                  <td>{day(line.registeredAt)}</td>
                  <td>{line.source ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <More
        parameter="absentRows"
        shown={answer?.registrants.length ?? 0}
        total={answer?.total ?? 0}
        {...list}
      />
    </section>
  )
}

async function save(path: string, search: string): Promise<void> {
  const all = await askAll<NoShowLines>(path, { search }, (answer) => answer.registrants.length)
  download(
    'No-shows',
    csvOf(
      ['name', 'e-mail', 'registered at (UTC)', 'source'],
      all.flatMap((answer) =>
        answer.registrants.map((line) => [line.name, line.email, line.registeredAt, line.source]),
      ),
    ),
  )
}
