import type { JSX } from 'preact'
import { fewest, type InstanceAnswer, type Wire } from '../../../answers.ts'
import { answerOf, isExport, useAnswer } from '../data.ts'
import { clock, count, length, longMoment, percent, plural, rate, tenth, titleOf, zone } from '../format.ts'
import { link } from '../route.ts'
import { Crumbs, Empty, Figure, Figures, Status, useTitle, Waiting } from '../widgets.tsx'
import { InstanceCharts } from './instanceCharts.tsx'
import { NoShows } from './noShows.tsx'
import { Participants } from './participants.tsx'
import { Polls } from './polls.tsx'
import { Questions } from './questions.tsx'

type Instance = Wire<InstanceAnswer>

/** One time a webinar ran: who was there, minute by minute. */
export function InstanceView({ id, query }: { id: string; query: Record<string, string> }): JSX.Element {
  const loading = useAnswer<Instance>(`instances/${id}`)
  const instance = answerOf(loading)
  useTitle(instance && `${titleOf(instance)}, instance ${instance.number}`)
  if (instance === undefined) return <Waiting loading={loading} name="instance" />
  return (
    <>
      <Crumbs
        trail={[
          ['Account', link('/')],
          [titleOf(instance), link(`/webinars/${instance.webinarId}`)],
        ]}
      />
      <Heading instance={instance} />
      <Totals instance={instance} />
      {instance.participants === 0 ? (
        <Empty>
          {instance.status === 'empty' || instance.status === 'complete'
            ? 'Nobody came.'
            : 'Nobody’s presence could be captured.'}
        </Empty>
      ) : instance.participants === null ? (
        <Empty>Fewer than {fewest} people came; nothing more is shown about them here.</Empty>
      ) : (
        <>
          <InstanceCharts instance={instance} />
          {!isExport && <Participants instance={instance} query={query} />}
          <Polls polls={instance.polls} />
          {!isExport && <Questions instance={instance} />}
        </>
      )}
      {!isExport && (instance.registrations ?? 0) > 0 && <NoShows instance={instance} query={query} />}
      <p class="quiet end">
        Times are in {zone}.{isExport && ` Figures about fewer than ${fewest} people are not shown.`}
      </p>
    </>
  )
}

function Heading({ instance }: { instance: Instance }): JSX.Element {
  const { number, instanceCount, previous, next, start, end, durationSeconds, captured, expected } = instance
  return (
    <div class="heading">
      <h1>{titleOf(instance)}</h1>
      <p class="quiet">
        {longMoment(start)}
        {end !== null && ` to ${clock(end)}`} · {length(durationSeconds)}
      </p>
      <p class="as-of">
        <Status status={instance.status} />
        <span class="quiet">
          {captured !== null &&
            ` ${count(captured)}${expected === null ? '' : ` of ${count(expected)}`} rows`}
          {instance.source !== null && ` from ${instance.source}`}
          {instance.reason !== null && `: ${instance.reason}`}
        </span>
      </p>
      <nav class="siblings" aria-label="Other instances of this webinar">
        {previous !== null && <a href={link(`/instances/${previous}`)}>← Instance {number - 1}</a>}
        <span class="quiet">
          Instance {number} of {instanceCount}
        </span>
        {next !== null && <a href={link(`/instances/${next}`)}>Instance {number + 1} →</a>}
      </nav>
    </div>
  )
}

function Totals({ instance }: { instance: Instance }): JSX.Element {
  const { participants, attendees, panelists, hosts, rejoined, stayedToEnd, registrations, invitedCame } =
    instance
  const roles = [
    attendees === null ? null : plural(attendees, 'attendee'),
    panelists ? plural(panelists, 'panelist') : null,
    hosts ? plural(hosts, 'host') : null,
  ].filter((part) => part !== null)
  return (
    <Figures>
      <Figure name="Participants" value={count(participants)} note={roles.join(', ')} />
      <Figure
        name="Registrants who came"
        value={percent(rate(invitedCame, registrations))}
        note={
          registrations === null ? 'nobody registered' : `${count(invitedCame)} of ${count(registrations)}`
        }
      />
      <Figure
        name="Most at once"
        value={count(instance.peak)}
        note={instance.peakAt === null ? undefined : `at ${clock(instance.peakAt)}`}
      />
      <Figure
        name="Average presence"
        value={length(instance.averageSeconds)}
        note={`half stayed ${length(instance.medianSeconds)} or longer`}
      />
      <Figure
        name="Stayed to the end"
        value={percent(rate(stayedToEnd, participants))}
        note={`${percent(rate(rejoined, participants))} left and came back`}
      />
      <Figure name="Engagement" value={tenth(instance.engagement)} note="average score, 0 to 100" />
    </Figures>
  )
}
