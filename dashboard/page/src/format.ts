/** The reader's own language and time zone; the page says which zone it is. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

const integers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const utcDays = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const utcMonths = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' })
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const longMoments = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
})
const clocks = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

type Maybe<T> = T | null | undefined
const known = <T, R>(value: Maybe<T>, show: (value: T) => R): R | '–' =>
  value === null || value === undefined ? '–' : show(value)

export const count = (value: Maybe<number>): string => known(value, (it) => integers.format(it))
export const tenth = (value: Maybe<number>): string => known(value, (it) => tenths.format(it))
export const percent = (value: Maybe<number>): string => known(value, (it) => `${tenths.format(it)} %`)
export const day = (value: Maybe<string>): string => known(value, (it) => days.format(new Date(it)))
export const moment = (value: Maybe<string>): string => known(value, (it) => moments.format(new Date(it)))
export const longMoment = (value: Maybe<string>): string =>
  known(value, (it) => longMoments.format(new Date(it)))
export const clock = (value: Maybe<string>): string => known(value, (it) => clocks.format(new Date(it)))
export const minutes = (seconds: Maybe<number>): string => known(seconds, (it) => tenths.format(it / 60))

/** A length for reading: `48 min`, `1 h 05 min`. */
export const length = (seconds: Maybe<number>): string =>
  known(seconds, (it) => {
    const whole = Math.round(it / 60)
    return whole < 60
      ? `${whole} min`
      : `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')} min`
  })

/** A period of the account view; its days are UTC. */
export function period(start: string, step: 'day' | 'week' | 'month'): string {
  if (step === 'month') return utcMonths.format(new Date(start))
  return step === 'week' ? `week of ${utcDays.format(new Date(start))}` : utcDays.format(new Date(start))
}

/** With one digit after the point, as tables show it and CSV has it. */
export const rounded = (value: Maybe<number>): number | null =>
  value === null || value === undefined ? null : Math.round(value * 10) / 10

/** Minutes with one digit after the point. */
export const inMinutes = (seconds: Maybe<number>): number | null =>
  seconds === null || seconds === undefined ? null : rounded(seconds / 60)

/** Percent of `whole`; null where there is no whole. */
export const rate = (part: Maybe<number>, whole: Maybe<number>): number | null =>
  part === null || part === undefined || !whole ? null : (100 * part) / whole

export const plural = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`

/** Titles may be missing; a webinar is then called by its number. */
export const titleOf = ({
  topic,
  zoomWebinarId,
}: {
  topic: string | null
  zoomWebinarId?: string | null
}): string => topic?.trim() || (zoomWebinarId ? `Webinar ${zoomWebinarId}` : 'Webinar without a topic')
