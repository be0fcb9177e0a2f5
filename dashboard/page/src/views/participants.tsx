import type { JSX } from 'preact'
import type { InstanceAnswer, ParticipantLine, ParticipantsAnswer, Wire } from '../../../answers.ts'
import { csvOf } from '../csv.ts'
import { download } from '../download.ts'
import { clock, inMinutes, length, minutes, plural, tenth } from '../format.ts'
import { askAll, More, useLongList } from '../longList.tsx'
import { changeQuery, link } from '../route.ts'

type Instance = Wire<InstanceAnswer>

const orders = [
  ['joined', 'first to join'],
  ['longest', 'longest there'],
  ['shortest', 'shortest there'],
  ['engaged', 'most engaged'],
  ['rejoined', 'most often back'],
  ['name', 'name'],
] as const

/** Everybody who was there: their sessions as a strip, with search. Only what has been scrolled to is asked for. */
export function Participants({
  instance,
  query,
}: {
  instance: Instance
  query: Record<string, string>
}): JSX.Element {
  const { who = '', order = 'joined' } = query
  const path = `instances/${instance.id}/participants`
  const { answer, ...list } = useLongList<ParticipantsAnswer>(path, { search: who, order }, query.rows)
  return (
    <section class="card" aria-labelledby="participants">
      <div class="card-head">
        <div>
          <h2 id="participants">Participants</h2>
          <p class="quiet" role="status" aria-busy={list.isBusy}>
            {answer === undefined
              ? 'Loading…'
              : `${plural(answer.total, 'participant')}${who === '' ? '' : ` found for “${who}”`}`}
          </p>
        </div>
        <div class="tools">
          <input
            type="search"
            aria-label="Find a participant by name or e-mail"
            placeholder="Name or e-mail"
            value={who}
            onInput={(event) => changeQuery({ who: event.currentTarget.value, rows: undefined })}
          />
          <select
            aria-label="Order of participants"
            value={order}
            onChange={(event) => changeQuery({ order: event.currentTarget.value })}
          >
            {orders.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
          <button type="button" onClick={() => save(path, { search: who, order })}>
            CSV<span class="visually-hidden"> of participants</span>
          </button>
        </div>
      </div>
      {answer !== undefined && answer.participants.length > 0 && (
        <>
          <Scale instance={instance} />
          <ul class="strips">
            {answer.participants.map((line) => (
              <Strip key={line.id} line={line} instance={instance} />
            ))}
          </ul>
        </>
      )}
      <More parameter="rows" shown={answer?.participants.length ?? 0} total={answer?.total ?? 0} {...list} />
    </section>
  )
}

function Scale({ instance: { start, end } }: { instance: Instance }): JSX.Element {
  return (
    <div class="strip scale" aria-hidden="true">
      <span>Name</span>
      <span class="ends">
        <span>{clock(start)}</span>
        <span>{clock(end)}</span>
      </span>
      <span class="number">Minutes</span>
      <span class="number">Score</span>
    </div>
  )
}

function Strip({ line, instance }: { line: ParticipantLine; instance: Instance }): JSX.Element {
  const whole = Math.max(1, instance.durationSeconds ?? 0, ...line.sessions.map(([, left]) => left))
  const told = [
    line.role === 'attendee' ? null : line.role,
    instance.registrations === null || line.isRegistered ? null : 'not registered',
    line.confidence < 0.7
      ? `recognised by ${line.identity === 'none' ? 'nothing' : line.identity} only`
      : null,
  ].filter((part) => part !== null)
  return (
    <li class="strip">
      <span class="who">
        <a href={link(`/persons/${line.personId}`)}>{line.name?.trim() || line.email || 'no name'}</a>
        {told.length > 0 && <span class="quiet"> {told.join(', ')}</span>}
      </span>
      <svg
        class="track"
        viewBox={`0 0 ${whole} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={spoken(line, instance)}
      >
        {line.sessions.map(([joined, left]) => (
          <rect
            key={joined}
            x={Math.max(0, joined)}
            y="0"
            // Even a moment is seen.
            width={Math.max(left - Math.max(0, joined), whole / 250)}
            height="10"
          />
        ))}
      </svg>
      <span class="number">{minutes(line.presenceSeconds)}</span>
      <span class="number">{tenth(line.engagement)}</span>
    </li>
  )
}

function spoken({ sessions, presenceSeconds }: ParticipantLine, { start }: Instance): string {
  if (sessions.length === 0) return 'joined for no time at all'
  const time = (seconds: number) =>
    start === null
      ? `second ${seconds}`
      : clock(new Date(new Date(start).getTime() + seconds * 1000).toISOString())
  const stays = sessions.map(([joined, left]) => `${time(joined)} to ${time(left)}`)
  return `${length(presenceSeconds)} in ${plural(sessions.length, 'session')}: ${stays.join(', ')}`
}

/** All of them, whatever is on screen. */
async function save(path: string, query: Record<string, string>): Promise<void> {
  const all = await askAll<ParticipantsAnswer>(path, query, (answer) => answer.participants.length)
  const lines = all.flatMap((answer) => answer.participants)
  download(
    'Participants',
    csvOf(
      [
        'name',
        'e-mail',
        'role',
        'registered',
        'minutes',
        'percent of the instance',
        'sessions',
        'engagement',
        'recognised by',
        'confidence',
      ],
      lines.map((line) => [
        line.name,
        line.email,
        line.role,
        line.isRegistered,
        inMinutes(line.presenceSeconds),
        line.share,
        line.sessions.length,
        line.engagement,
        line.identity,
        line.confidence,
      ]),
    ),
  )
}
