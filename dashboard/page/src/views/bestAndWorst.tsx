import type { JSX } from 'preact'
import type { WebinarLine, Wire } from '../../../answers.ts'
import { BarList, type BarListProps } from '../barList.tsx'
import { count, inMinutes, length, percent, rate, rounded, titleOf } from '../format.ts'
import { link } from '../route.ts'

type Line = Wire<WebinarLine>

const shownMax = 6
/** Percentages of a handful say nothing. */
const registrationsMin = 20
const participantsMin = 20

/** Which webinars draw those who signed up, and which hold those who came; from both ends. */
export function BestAndWorst({ webinars }: { webinars: Line[] }): JSX.Element {
  const drawing = webinars
    .filter((line) => (line.registrations ?? 0) >= registrationsMin && line.registrationsCame !== null)
    .sort((a, b) => drawn(b) - drawn(a))
  const holding = webinars
    .filter((line) => (line.participants ?? 0) >= participantsMin && line.averageShare !== null)
    .sort((a, b) => (b.averageShare ?? 0) - (a.averageShare ?? 0))
  return (
    <>
      <h2>Best and worst</h2>
      <div class="grid">
        <BarList
          title="Highest attendance rate"
          note="Registrants who came to any instance."
          {...attendance(ends(drawing)[0])}
        />
        <BarList
          title="Lowest attendance rate"
          note="Registrants who came to any instance."
          {...attendance(ends(drawing)[1])}
        />
        <BarList
          title="Held people longest"
          note="Average presence, as percent of the instance."
          {...presence(ends(holding)[0])}
        />
        <BarList
          title="Lost people soonest"
          note="Average presence, as percent of the instance."
          {...presence(ends(holding)[1])}
        />
      </div>
    </>
  )
}

const drawn = (line: Line): number => rate(line.registrationsCame, line.registrations) ?? 0

/** The first and the last few, without naming one twice. */
function ends(lines: Line[]): [best: Line[], worst: Line[]] {
  const each = Math.min(shownMax, Math.ceil(lines.length / 2))
  return [lines.slice(0, each), lines.slice(each).slice(-shownMax).reverse()]
}

type Bars = Pick<BarListProps, 'bars' | 'head' | 'rows' | 'empty'>

function attendance(lines: Line[]): Bars {
  return {
    bars: lines.map((line) => ({
      key: line.id,
      name: titleOf(line),
      href: link(`/webinars/${line.id}`),
      share: drawn(line) / 100,
      text: percent(drawn(line)),
      detail: `of ${count(line.registrations)}`,
    })),
    head: ['webinar', 'registrations', 'came', 'percent'],
    rows: lines.map((line) => [
      titleOf(line),
      line.registrations,
      line.registrationsCame,
      rounded(drawn(line)),
    ]),
    empty: `No other webinar has ${registrationsMin} registrations or more.`,
  }
}

function presence(lines: Line[]): Bars {
  return {
    bars: lines.map((line) => ({
      key: line.id,
      name: titleOf(line),
      href: link(`/webinars/${line.id}`),
      share: (line.averageShare ?? 0) / 100,
      text: percent(line.averageShare),
      detail: length(line.averageSeconds),
    })),
    head: ['webinar', 'participants', 'average minutes', 'percent of the instance'],
    rows: lines.map((line) => [
      titleOf(line),
      line.participants,
      inMinutes(line.averageSeconds),
      rounded(line.averageShare),
    ]),
    empty: `No other webinar has ${participantsMin} participants or more.`,
  }
}
