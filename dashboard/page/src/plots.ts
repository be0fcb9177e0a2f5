import {
  areaY,
  axisX,
  axisY,
  barY,
  dot,
  gridY,
  lineY,
  type Markish,
  type PlotOptions,
  plot,
  pointerX,
  rectY,
  ruleX,
  ruleY,
  tip,
} from '@observablehq/plot'
import type { Step } from '../../answers.ts'
import { count, tenth } from './format.ts'

/** Colours are those of the page, so that they follow light and dark. */
const accent = 'var(--accent)'
const soft = 'var(--soft)'
const muted = 'var(--muted)'
const fills = { accent, soft }
type Fill = keyof typeof fills

/** Where a period ends: weeks are Monday to Sunday, as Postgres cuts them. */
function endOf(start: Date, step: Step): Date {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()]
  if (step === 'month') return new Date(Date.UTC(year, month + 1))
  return new Date(Date.UTC(year, month, day + (step === 'week' ? 7 : 1)))
}

/** From the first to the end of the last: charts over the same time are drawn to the same scale. */
export function spanOf(starts: readonly Date[], step: Step): [Date, Date] | undefined {
  const [first, last] = [starts[0], starts.at(-1)]
  return first === undefined || last === undefined ? undefined : [first, endOf(last, step)]
}

const middleOf = (start: Date, step: Step): Date =>
  new Date((start.getTime() + endOf(start, step).getTime()) / 2)

type Drawn = SVGSVGElement | HTMLElement

function draw(width: number, marks: Markish[], options: PlotOptions = {}): Drawn {
  return plot({
    width,
    height: width < 420 ? 190 : 230,
    marginLeft: 46,
    marginRight: 12,
    marginTop: 18,
    marginBottom: 30,
    style: {
      background: 'none',
      fontFamily: 'inherit',
      fontSize: '12px',
      color: 'var(--quiet)',
      overflow: 'visible',
    },
    ...options,
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
      ...marks,
      ruleY([0], { stroke: 'var(--axis)' }),
    ],
  })
}

const axes = (label: string, more: Parameters<typeof axisX>[0] = {}): Markish[] => [
  axisY({ label: null, ticks: 4, tickSize: 0, tickFormat: (value: number) => count(value) }),
  axisX({ label, labelAnchor: 'right', labelArrow: 'none', tickSize: 0, ...more }),
]

/** What the pointer is at, in the colours of the page. */
const pointed = <T>(
  data: T[],
  x: (row: T) => unknown,
  y: (row: T) => number,
  title: (row: T) => string,
): Markish =>
  tip(
    data as never[],
    pointerX({
      x: x as never,
      y: y as never,
      title: title as never,
      fill: 'var(--raised)',
      stroke: 'var(--axis)',
      textPadding: 10,
      pointerSize: 8,
    }),
  )

interface Bar {
  start: Date
  value: number
  title: string
}

/** A bar a period. */
export function periods(bars: Bar[], step: Step, width: number, span?: [Date, Date]): Drawn {
  const end = ({ start }: Bar) => endOf(start, step)
  return draw(
    width,
    [
      rectY(bars, { x1: 'start', x2: end, y: 'value', fill: accent, inset: 0.5, rx: 1.5 }),
      ...axes('', { ticks: width < 420 ? 4 : 7 }),
      pointed(
        bars,
        ({ start }) => middleOf(start, step),
        (bar) => bar.value,
        (bar) => bar.title,
      ),
    ],
    { x: { type: 'utc', domain: span }, y: { nice: true } },
  )
}

/** Two parts of each period on top of each other. */
export function stackedPeriods(
  bars: { start: Date; lower: number; upper: number; title: string }[],
  step: Step,
  width: number,
  span?: [Date, Date],
): Drawn {
  const end = ({ start }: { start: Date }) => endOf(start, step)
  return draw(
    width,
    [
      rectY(bars, { x1: 'start', x2: end, y1: 0, y2: 'lower', fill: soft, inset: 0.5 }),
      rectY(bars, {
        x1: 'start',
        x2: end,
        y1: 'lower',
        y2: (bar) => bar.lower + bar.upper,
        fill: accent,
        inset: 0.5,
        rx: 1.5,
      }),
      ...axes('', { ticks: width < 420 ? 4 : 7 }),
      pointed(
        bars,
        ({ start }) => middleOf(start, step),
        (bar) => bar.lower + bar.upper,
        (bar) => bar.title,
      ),
    ],
    { x: { type: 'utc', domain: span }, y: { nice: true } },
  )
}

/** Percent over time. */
export function percents(dots: Bar[], width: number, span?: [Date, Date]): Drawn {
  return draw(
    width,
    [
      lineY(dots, { x: 'start', y: 'value', stroke: soft, strokeWidth: 1.5 }),
      dot(dots, { x: 'start', y: 'value', fill: 'var(--raised)', stroke: accent, strokeWidth: 2, r: 3 }),
      axisY({ label: null, ticks: 4, tickSize: 0, tickFormat: (value: number) => `${value} %` }),
      axisX({ label: null, tickSize: 0, ticks: width < 420 ? 4 : 7 }),
      pointed(
        dots,
        (one) => one.start,
        (one) => one.value,
        (one) => one.title,
      ),
    ],
    { x: { type: 'utc', domain: span }, y: { domain: [0, 100] } },
  )
}

/** Instances of a webinar in order: who was new to it on top of who came again. */
export function stackedNames(
  bars: { name: string; lower: number; upper: number; title: string }[],
  { lower, upper, label }: { lower: Fill; upper: Fill; label: string },
  width: number,
): Drawn {
  const every = Math.ceil(bars.length / Math.max(4, Math.floor(width / 34)))
  return draw(
    width,
    [
      barY(bars, { x: 'name', y1: 0, y2: 'lower', fill: fills[lower] }),
      barY(bars, {
        x: 'name',
        y1: 'lower',
        y2: (bar) => bar.lower + bar.upper,
        fill: fills[upper],
        rx: 1.5,
      }),
      axisY({ label: null, ticks: 4, tickSize: 0, tickFormat: (value: number) => count(value) }),
      axisX(
        bars.filter((_, index) => index % every === 0).map((bar) => bar.name),
        { label, labelAnchor: 'right', labelArrow: 'none', tickSize: 0 },
      ),
      pointed(
        bars,
        (bar) => bar.name,
        (bar) => bar.lower + bar.upper,
        (bar) => bar.title,
      ),
    ],
    {
      x: { type: 'band', domain: bars.map((bar) => bar.name), padding: 0.15 },
      y: { nice: true },
      marginBottom: 40,
    },
  )
}

/** Presence over several instances, the latest one in front. */
export function curves(
  points: { instance: string; minute: number; present: number; title: string; isLatest: boolean }[],
  width: number,
): Drawn {
  const latest = points.filter((point) => point.isLatest)
  return draw(
    width,
    [
      lineY(points, {
        x: 'minute',
        y: 'present',
        z: 'instance',
        stroke: muted,
        strokeWidth: 1.25,
        strokeOpacity: 0.75,
      }),
      lineY(latest, { x: 'minute', y: 'present', stroke: accent, strokeWidth: 2.5 }),
      ...axes('minutes from the start'),
      pointed(
        points,
        (point) => point.minute,
        (point) => point.present,
        (point) => point.title,
      ),
    ],
    { x: { type: 'linear' }, y: { nice: true }, marginBottom: 38 },
  )
}

interface Minute {
  minute: number
  value: number
  title: string
}

/** A level by the minute, its highest point marked. */
export function level(line: Minute[], peak: Minute | undefined, width: number): Drawn {
  const marks: Markish[] = [
    areaY(line, { x: 'minute', y: 'value', fill: accent, fillOpacity: 0.16, curve: 'step-after' }),
    lineY(line, { x: 'minute', y: 'value', stroke: accent, strokeWidth: 2, curve: 'step-after' }),
  ]
  if (peak !== undefined) {
    marks.push(
      dot([peak], { x: 'minute', y: 'value', fill: accent, stroke: 'var(--raised)', strokeWidth: 2, r: 5 }),
    )
  }
  return draw(
    width,
    [
      ...marks,
      ...axes('minutes from the start'),
      ruleX(line, pointerX({ x: 'minute', stroke: 'var(--axis)' })),
      pointed(
        line,
        (one) => one.minute,
        (one) => one.value,
        (one) => one.title,
      ),
    ],
    { y: { nice: true }, marginBottom: 38 },
  )
}

/** Who came above the line, who left below it. */
export function arrivals(
  line: { minute: number; joined: number; left: number; title: string }[],
  width: number,
): Drawn {
  return draw(
    width,
    [
      rectY(line, { x1: 'minute', x2: (one) => one.minute + 1, y1: 0, y2: 'joined', fill: accent }),
      rectY(line, { x1: 'minute', x2: (one) => one.minute + 1, y1: 0, y2: (one) => -one.left, fill: soft }),
      axisY({ label: null, ticks: 4, tickSize: 0, tickFormat: (value: number) => count(Math.abs(value)) }),
      axisX({ label: 'minutes from the start', labelAnchor: 'right', labelArrow: 'none', tickSize: 0 }),
      pointed(
        line,
        (one) => one.minute + 0.5,
        (one) => one.joined,
        (one) => one.title,
      ),
    ],
    { y: { nice: true }, marginBottom: 38 },
  )
}

/** How a figure is spread: a bar a bin, as wide as the bin. */
export function spread(
  bins: { from: number; to: number; count: number; title: string }[],
  label: string,
  width: number,
): Drawn {
  return draw(
    width,
    [
      rectY(bins, { x1: 'from', x2: 'to', y: 'count', fill: accent, inset: 0.75, rx: 1.5 }),
      ...axes(label),
      pointed(
        bins,
        (bin) => (bin.from + bin.to) / 2,
        (bin) => bin.count,
        (bin) => bin.title,
      ),
    ],
    { y: { nice: true }, marginBottom: 38 },
  )
}

/** What one person attended: how long, over time. */
export function visits(dots: { start: Date; minutes: number; title: string }[], width: number): Drawn {
  return draw(
    width,
    [
      ruleX(dots, { x: 'start', y: 'minutes', stroke: accent, strokeOpacity: 0.5, strokeWidth: 1.5 }),
      dot(dots, { x: 'start', y: 'minutes', fill: accent, stroke: 'var(--raised)', r: 4.5 }),
      axisY({
        label: 'minutes',
        labelArrow: 'none',
        ticks: 4,
        tickSize: 0,
        tickFormat: (value: number) => tenth(value).replace(/[.,]0$/, ''),
      }),
      axisX({ label: null, tickSize: 0, ticks: width < 420 ? 4 : 7 }),
      pointed(
        dots,
        (one) => one.start,
        (one) => one.minutes,
        (one) => one.title,
      ),
    ],
    {
      x: { type: 'time' },
      y: { nice: true },
      marginTop: 24,
      color: { type: 'identity' },
      inset: 6,
      insetBottom: 0,
      caption: undefined,
    },
  )
}
