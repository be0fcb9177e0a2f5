import type { JSX } from 'preact'
import { fewest, type WebinarAnswer, type Wire } from '../../../answers.ts'
import { answerOf, isExport, useAnswer } from '../data.ts'
import { count, length, percent, plural, rate, titleOf, zone } from '../format.ts'
import { link } from '../route.ts'
import { Crumbs, Figure, Figures, useTitle, Waiting } from '../widgets.tsx'
import { InstancesTable } from './instancesTable.tsx'
import { WebinarCharts } from './webinarCharts.tsx'

/** A webinar: its instances side by side. */
export function WebinarView({ id, query }: { id: string; query: Record<string, string> }): JSX.Element {
  const loading = useAnswer<Wire<WebinarAnswer>>(`webinars/${id}`)
  const webinar = answerOf(loading)
  useTitle(webinar && titleOf(webinar))
  if (webinar === undefined) return <Waiting loading={loading} name="webinar" />
  const { instances, participants, people, registrations, registrationsCame } = webinar
  const peak = instances.reduce<number | null>(
    (most, { peak }) => (peak === null ? most : Math.max(most ?? 0, peak)),
    null,
  )
  const perPerson = participants !== null && people ? participants / people : null
  return (
    <>
      <Crumbs trail={[['Account', link('/')]]} />
      <div class="heading">
        <h1>{titleOf(webinar)}</h1>
        <p class="quiet">
          {[
            webinar.zoomWebinarId,
            webinar.host,
            webinar.scheduledMinutes === null ? null : `${webinar.scheduledMinutes} min scheduled`,
            webinar.status === 'unlisted' ? 'no longer listed by Zoom' : null,
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </p>
      </div>
      <Figures>
        <Figure
          name="Participants"
          value={count(participants)}
          note={`in ${plural(instances.length + webinar.instancesLeftOut, 'instance')}`}
        />
        <Figure
          name="People"
          value={count(people)}
          note={
            perPerson === null
              ? undefined
              : `${perPerson.toLocaleString(undefined, { maximumFractionDigits: 1 })} visits each`
          }
        />
        <Figure
          name="Attendance rate"
          value={percent(rate(registrationsCame, registrations))}
          note={
            registrations === null
              ? 'nobody registered'
              : `${count(registrationsCame)} of ${count(registrations)} registrants`
          }
        />
        <Figure name="Average presence" value={length(averageOf(webinar))} note="of a participant" />
        <Figure name="Most at once" value={count(peak)} note="in any one instance" />
      </Figures>
      <WebinarCharts webinar={webinar} />
      <InstancesTable webinar={webinar} sort={query.sort ?? '-start'} />
      <p class="quiet end">
        Times are in {zone}.{isExport && ` Figures about fewer than ${fewest} people are not shown.`}
      </p>
    </>
  )
}

function averageOf({ instances }: Wire<WebinarAnswer>): number | null {
  const known = instances.filter((line) => line.participants !== null && line.averageSeconds !== null)
  const people = known.reduce((sum, line) => sum + (line.participants ?? 0), 0)
  const seconds = known.reduce((sum, line) => sum + (line.participants ?? 0) * (line.averageSeconds ?? 0), 0)
  return people === 0 ? null : seconds / people
}
