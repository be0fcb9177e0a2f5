import type { JSX } from 'preact'
import type { Bin, InstanceAnswer, Wire } from '../../../answers.ts'
import { Chart } from '../chart.tsx'
import { isExport } from '../data.ts'
import { clock, count, length, percent, plural, rate, rounded } from '../format.ts'

type Instance = Wire<InstanceAnswer>

export function InstanceCharts({ instance }: { instance: Instance }): JSX.Element {
  return (
    <>
      <h2>Minute by minute</h2>
      <Presence instance={instance} />
      <div class="grid">
        {!isExport && <Arrivals instance={instance} />}
        <DropOff instance={instance} />
        <Spread
          title="Minutes of presence"
          note="Participants by how long they were there."
          bins={instance.minutesSpread}
          unit="minutes"
        />
        <Spread
          title="Engagement"
          note="Participants by score: time 50, stayed to the end 15, polls 15, question 10, survey 10, as far as offered."
          bins={instance.engagementSpread}
          unit="score"
        />
      </div>
    </>
  )
}

/** The moment a minute of the instance begins, as the reader's clock shows it. */
function at({ start }: Instance, minute: number): string {
  if (start === null) return `minute ${minute}`
  const begin = Math.floor(new Date(start).getTime() / 60_000) + minute
  return `${clock(new Date(begin * 60_000).toISOString())} (minute ${minute})`
}

function Presence({ instance }: { instance: Instance }): JSX.Element {
  const line = instance.timeline.flatMap(({ minute, present }) =>
    present === null
      ? []
      : { minute, value: present, title: `${at(instance, minute)}\n${plural(present, 'participant')}` },
  )
  const highest = Math.max(0, ...line.map((one) => one.value))
  return (
    <Chart
      title="Who was there"
      note={`Most participants present at once in each minute; ${count(instance.peak)} at the highest point${instance.peakAt === null ? '' : `, at ${clock(instance.peakAt)}`}.`}
      summary={`A line of participants present by the minute, over ${length(instance.durationSeconds)}. At most ${count(instance.peak)} at once.`}
      empty="No moment of presence is known."
      of={instance}
      draw={(plots, width) =>
        plots.level(
          line,
          line.find((one) => one.value === highest),
          width,
        )
      }
      head={['minute', 'present']}
      rows={line.map((one) => [one.minute, one.value])}
    />
  )
}

function Arrivals({ instance }: { instance: Instance }): JSX.Element {
  const lines = instance.timeline.map(({ minute, joined, left }) => ({
    minute,
    joined: joined ?? 0,
    left: left ?? 0,
    title: `${at(instance, minute)}\n${count(joined)} joined\n${count(left)} left`,
  }))
  return (
    <Chart
      title="Joins and leaves"
      note="Each minute; who comes back joins again."
      legend={[
        { name: 'joined (up)', kind: 'accent' },
        { name: 'left (down)', kind: 'soft' },
      ]}
      summary="Bars of sessions starting in each minute, upwards, and ending in it, downwards."
      of={instance}
      draw={(plots, width) => plots.arrivals(lines, width)}
      head={['minute', 'joined', 'left']}
      rows={lines.map((one) => [one.minute, one.joined, one.left])}
    />
  )
}

/** Where those are who came at all: present, away to come back, or gone for good. */
function DropOff({ instance: { dropoff } }: { instance: Instance }): JSX.Element {
  const lines = dropoff.flatMap(({ present, ...line }) => (present === null ? [] : { ...line, present }))
  const last = lines.at(-1)
  return (
    <Chart
      title="Drop-off"
      note={`Attendees in each tenth of the instance.${last === undefined ? '' : ` ${percent(rate(last.present, last.attendees))} of all who came were there in the last.`}`}
      legend={[
        { name: 'there', kind: 'accent' },
        { name: 'away, coming back', kind: 'soft' },
      ]}
      summary="Bars of attendees by tenth of the instance: those who were there, below those who were away and came back later."
      empty="It is not known who was there when."
      of={dropoff}
      draw={(plots, width) =>
        plots.stackedNames(
          lines.map((line) => ({
            name: String(line.tenth),
            lower: line.present,
            upper: line.away ?? 0,
            title: `tenth ${line.tenth}\n${count(line.present)} there (${percent(rate(line.present, line.attendees))} of all who came)\n${count(line.away)} away, coming back\n${count(line.gone)} gone for good\n${count(line.notYetCome)} not yet come`,
          })),
          { lower: 'accent', upper: 'soft', label: 'tenth of the instance' },
          width,
        )
      }
      head={['tenth', 'there', 'percent of all who came', 'away', 'gone for good', 'not yet come']}
      rows={lines.map((line) => [
        line.tenth,
        line.present,
        rounded(rate(line.present, line.attendees)),
        line.away,
        line.gone,
        line.notYetCome,
      ])}
    />
  )
}

function Spread({
  title,
  note,
  bins,
  unit,
}: {
  title: string
  note: string
  bins: Bin[]
  unit: string
}): JSX.Element {
  return (
    <Chart
      title={title}
      note={note}
      summary={`Bars of participants by ${unit}.`}
      of={bins}
      draw={(plots, width) =>
        plots.spread(
          bins.map((bin) => ({
            ...bin,
            title: `${bin.from} to ${bin.to} ${unit}\n${plural(bin.count, 'participant')}`,
          })),
          unit,
          width,
        )
      }
      head={[`${unit} from`, `${unit} to`, 'participants']}
      rows={bins.map((bin) => [bin.from, bin.to, bin.count])}
    />
  )
}
