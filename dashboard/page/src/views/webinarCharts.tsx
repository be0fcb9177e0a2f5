import type { JSX } from 'preact'
import type { InstanceLine, WebinarAnswer, Wire } from '../../../answers.ts'
import { BarList } from '../barList.tsx'
import { Chart } from '../chart.tsx'
import { count, day, percent, period, plural, rate } from '../format.ts'

type Webinar = Wire<WebinarAnswer>

export function WebinarCharts({ webinar }: { webinar: Webinar }): JSX.Element {
  const { registrationDays, sources } = webinar
  const named = sources.filter((source) => source.name !== null)
  const most = Math.max(1, ...sources.map((source) => source.registrations))
  const signedUp = registrationDays.filter((line) => line.registrations !== null)
  return (
    <div class="grid">
      <Attendance webinar={webinar} />
      <Curves webinar={webinar} />
      {signedUp.length > 0 && (
        <Chart
          title="Registrations"
          note="Approved, by day they were made (UTC)."
          summary="Bars of registrations by day."
          of={webinar}
          draw={(plots, width) =>
            plots.periods(
              signedUp.map((line) => ({
                start: new Date(line.day),
                value: line.registrations ?? 0,
                title: `${period(line.day, 'day')}\n${plural(line.registrations ?? 0, 'registration')}`,
              })),
              'day',
              width,
            )
          }
          head={['day', 'registrations']}
          rows={signedUp.map((line) => [line.day.slice(0, 10), line.registrations])}
        />
      )}
      {named.length > 0 && (
        <BarList
          title="Where registrants came from"
          note="By tracking link, and how many of them came."
          bars={sources.map((source) => ({
            key: source.name ?? '',
            name: source.name ?? 'no tracking link',
            share: source.registrations / most,
            text: count(source.registrations),
            detail: `${percent(rate(source.came, source.registrations))} came`,
          }))}
          head={['source', 'registrations', 'came']}
          rows={sources.map((source) => [source.name, source.registrations, source.came])}
        />
      )}
    </div>
  )
}

const nameOf = (line: Wire<InstanceLine>): string => `${line.number}${line.isRestart ? '↻' : ''}`

function Attendance({ webinar }: { webinar: Webinar }): JSX.Element {
  const lines = webinar.instances.filter((line) => line.participants !== null)
  return (
    <Chart
      title="Participants by instance"
      note="New: at no earlier instance of this webinar."
      legend={[
        { name: 'new', kind: 'accent' },
        { name: 'came before', kind: 'soft' },
      ]}
      summary={`Bars of participants of ${plural(lines.length, 'instance')}, new people on top of those who came before.`}
      empty="It has not run yet."
      of={webinar}
      draw={(plots, width) =>
        plots.stackedNames(
          lines.map((line) => ({
            name: nameOf(line),
            lower: (line.participants ?? 0) - (line.newPeople ?? 0),
            upper: line.newPeople ?? 0,
            title: `Instance ${nameOf(line)}, ${day(line.start)}\n${plural(line.participants ?? 0, 'participant')}\n${count(line.newPeople)} new`,
          })),
          { lower: 'soft', upper: 'accent', label: 'instance' },
          width,
        )
      }
      head={['instance', 'start (UTC)', 'participants', 'new']}
      rows={lines.map((line) => [line.number, line.start, line.participants, line.newPeople])}
    />
  )
}

/** Curves are one below the other only where there is somebody to count. */
function Curves({ webinar: { curves, instances } }: { webinar: Webinar }): JSX.Element {
  const byId = new Map(instances.map((line) => [line.id, line]))
  const latest = curves.lines.at(-1)?.instance
  const points = curves.lines.flatMap(({ instance, present }) =>
    present.flatMap((people, index) => {
      const line = byId.get(instance)
      if (people === null || line === undefined) return []
      return {
        instance,
        number: line.number,
        minute: index * curves.stepMinutes,
        present: people,
        isLatest: instance === latest,
        title: `Instance ${nameOf(line)}, ${day(line.start)}\n${plural(people, 'person', 'people')} at minute ${index * curves.stepMinutes}`,
      }
    }),
  )
  return (
    <Chart
      title="Presence, side by side"
      note={`Most present at once, in steps of ${curves.stepMinutes} minutes${curves.lines.length < instances.length ? `; the latest ${curves.lines.length} instances with anybody` : ''}.`}
      legend={[
        { name: 'latest instance', kind: 'line' },
        { name: 'earlier ones', kind: 'muted' },
      ]}
      summary={`Lines of people present by minutes from the start, for ${plural(curves.lines.length, 'instance')}.`}
      empty="Nobody was there yet."
      of={curves}
      draw={(plots, width) => plots.curves(points, width)}
      head={['instance', 'minute', 'present']}
      rows={points.map((point) => [point.number, point.minute, point.present])}
    />
  )
}
