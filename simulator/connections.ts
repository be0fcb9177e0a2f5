import type { Prng } from './prng.ts'

/** A stretch of being connected, [join, leave) in seconds. */
export interface Interval {
  join: number
  leave: number
}

/**
 * The joins of one person between `start` and `end`, by join time: gaps between most, some touch, some overlap
 * (the new connection stands before the old one is given up). Each is a second long at least.
 */
export function drawIntervals(prng: Prng, start: number, end: number, isSingle: boolean): Interval[] {
  const span = end - start
  const join = start + Math.floor(prng.next() ** 2 * span * 0.5)
  const leave = prng.chance(0.6)
    ? end - prng.int(0, 60)
    : join + Math.floor((end - join) * (0.1 + 0.9 * prng.next()))
  const last = Math.max(join + 1, Math.min(end, leave))
  const count = isSingle ? 1 : drawCount(prng)
  const cuts = Array.from({ length: count - 1 }, () => prng.int(join + 1, Math.max(join + 1, last - 1))).sort(
    (a, b) => a - b,
  )
  const intervals: Interval[] = []
  let at = join
  for (const cut of [...cuts, last]) {
    if (cut <= at) continue
    intervals.push({ join: at, leave: cut })
    const draw = prng.next()
    if (draw < 0.15) at = cut
    else if (draw < 0.25) at = Math.max(join, cut - prng.int(1, 45))
    else at = cut + prng.int(1, 300)
  }
  return intervals
}

/** Mean about 2.2 joins a person. */
function drawCount(prng: Prng): number {
  const draw = prng.next()
  if (draw < 0.4) return 1
  if (draw < 0.66) return 2
  if (draw < 0.83) return 3
  if (draw < 0.92) return 4
  return prng.int(5, 8)
}
