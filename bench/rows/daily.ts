import { benchDaily } from '../daily.ts'
import { atMost, type BenchRow, type Figures, type Place } from '../row.ts'

/**
 * A day with one new instance of 2,000 people on a long history: extract, transform, load and verify, each in a process
 * of its own. Rival: the same day on a hundredth of that history. Memory is that of the hungriest stage. Zoom's own time
 * is aside: `seconds` are by the clock less what the server that plays Zoom took of the processors; both are figures.
 */
export const daily: BenchRow = {
  what: 'a day on a long history',
  against: 'the same day on a hundredth of it',
  unit: 'join/leave rows',
  sizes: { small: 5_000, full: 10_000_000 },
  repeatsMax: 1,
  ours: ({ size }: Place) => day(size),
  rival: ({ size }: Place) => day(Math.ceil(size / 100)),
  checks: (ours, rival) => [
    atMost('time', ours.seconds / rival.seconds, 1.5, 'times'),
    atMost('memory', ours.peak_bytes / rival.peak_bytes, 1.2, 'times'),
  ],
}

async function day(rows: number): Promise<Figures> {
  const { seconds, cpu_seconds, peak_bytes, stages } = await benchDaily({ rows })
  const perStage = Object.entries(stages).map(([stage, figures]): [string, number] => [
    `seconds of ${stage}`,
    figures.seconds,
  ])
  const { clock_seconds, zoom_seconds } = stages.extract
  return {
    ...{ seconds, cpu_seconds, peak_bytes, ...Object.fromEntries(perStage) },
    ...{ 'seconds of extract by the clock': clock_seconds, 'processor seconds of Zoom': zoom_seconds },
  }
}
