/** What one run of one side measured: figures by name, `seconds` among them. */
export interface Figures {
  /** What repeats are compared by: the fastest counts. */
  seconds: number
  [figure: string]: number
}

/** The figures of a side's best run, with the memory of the hungriest. */
export interface Measured extends Figures {
  /** Resident memory of the measuring process at its highest, in bytes. */
  peak_bytes: number
}

export interface Place {
  size: number
  /** Private to the row, shared by its sides; removed afterwards. */
  folder: string
}

/** One line of the table. */
export interface Check {
  what: string
  /** The figure as it is shown, for example `4.2 times`. */
  shown: string
  /** The goal as it is shown; null where the figure is there to be known and nothing is asked of it. */
  goal: string | null
  isMet: boolean
}

export type Scale = 'small' | 'full'

/**
 * Something that is measured beside its floor or rival. Every side of every repeat runs in a process of its own, the
 * sides in turn, so that memory is told apart and a busy machine slows both.
 */
export interface BenchRow {
  what: string
  /** The floor or rival, in words; null where the limit stands fast. */
  against: string | null
  /** What `size` counts. */
  unit: string
  /** `small` shows within seconds that the row works; its figures say nothing. */
  sizes: Readonly<Record<Scale, number>>
  /** Runs only when it is named: it takes more than a machine that does other work has. */
  isByHand?: true
  /** Repeats that make sense at most. Default: as many as are asked for. */
  repeatsMax?: number
  /** Makes in `folder` what the sides read; not measured. */
  prepare?(place: Place): Promise<void>
  ours(place: Place): Promise<Figures>
  rival?(place: Place): Promise<Figures>
  /** Undoes what removing the folder does not; runs also after a failure. */
  cleanUp?(place: Place): Promise<void>
  checks(ours: Measured, rival: Measured): Check[]
}

export function atMost(what: string, value: number, limit: number, unit: string): Check {
  return {
    what,
    shown: `${figure(value)} ${unit}`,
    goal: `≤ ${figure(limit)} ${unit}`,
    isMet: value <= limit,
  }
}

export function atLeast(what: string, value: number, limit: number, unit: string): Check {
  return {
    what,
    shown: `${figure(value)} ${unit}`,
    goal: `≥ ${figure(limit)} ${unit}`,
    isMet: value >= limit,
  }
}

/** A figure nothing is asked of. */
export function known(what: string, value: number, unit: string): Check {
  return { what, shown: `${figure(value)} ${unit}`, goal: null, isMet: true }
}

/** Three digits that count, in groups: 150,123, 41.2, 0.317. */
function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  return Number(value.toPrecision(3)).toString()
}

export const mib = 1024 * 1024
