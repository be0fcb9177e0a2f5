const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A count with thousands separators; null is a dash. */
export function count(value: number | bigint | string | null | undefined): string {
  return value === null || value === undefined ? '–' : integers.format(Number(value))
}

/** `1 instance`, `2,041 instances`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A figure with one decimal; null is a dash. */
export function decimal(value: number | string | null | undefined): string {
  return value === null || value === undefined ? '–' : tenths.format(Number(value))
}

/** `850 ms`, `12.3 s`, `4 min 05 s`. */
export function elapsed(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${tenths.format(milliseconds / 1000)} s`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
