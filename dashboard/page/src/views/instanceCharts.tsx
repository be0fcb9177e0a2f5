import type { JSX } from 'preact'
import type { Bin, InstanceAnswer, TimelineLine, Wire } from '../../../answers.ts'
import { Chart } from '../chart.tsx'
import { isExport } from '../data.ts'
import { clock, count, length, percent, plural, rate } from '../format.ts'

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

const withFigures = <Key extends keyof TimelineLine>(timeline: TimelineLine[], key: Key) =>
  timeline.flatMap((line) => (line[key] === null ? [] : { minute: line.minute, value: line[key] as number }))

function Presence({ instance }: { instance: Instance }): JSX.Element {
  const line = withFigures(instance.timeline, 'present').map((one) => ({
    ...one,
    title: `${at(instance, one.minute)}\n${plural(one.value, 'participant')}`,
  }))
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

/** After the last has come, the line only falls: those who have gone for good. */
function DropOff({ instance }: { instance: Instance }): JSX.Element {
  const remaining = withFigures(instance.timeline, 'remaining')
  const most = Math.max(0, ...remaining.map((one) => one.value))
  const turn = remaining.find((one) => one.value === most)
  const half = remaining.find((one) => one.minute > (turn?.minute ?? 0) && one.value <= most / 2)
  const line = remaining.map(({ minute, value }) => ({
    minute,
    value,
    title: `${at(instance, minute)}\n${count(value)} not gone for good\n${percent(rate(value, most))} of the most`,
  }))
  return (
    <Chart
      title="Drop-off"
      note={`Participants who had come and not gone for good: ${count(most)} at minute ${turn?.minute ?? '–'}${half === undefined ? '' : `, half of them by minute ${half.minute}`}.`}
      summary={`A line of participants who had come and not yet gone for good, by the minute; ${count(most)} at most.`}
      of={instance}
      draw={(plots, width) => plots.level(line, turn && { ...turn, title: '' }, width)}
      head={['minute', 'not gone for good', 'percent of the most']}
      rows={line.map((one) => [one.minute, one.value, Math.round(10 * (rate(one.value, most) ?? 0)) / 10])}
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
