/** Time over which the pace is taken: long enough to be calm, short enough to forget a wait. */
const window_ms = 60_000
/** Before so many requests a pace says nothing. */
const requests_min = 20

/** How long a number of requests will still take, by the pace of the last minute. */
export interface TimeLeft {
  made(requests?: number): void
  /** Milliseconds; null while nothing can be said. */
  of(requests: number): number | null
}

export function timeLeft(clock: () => number): TimeLeft {
  const samples: { at_ms: number; total: number }[] = [{ at_ms: clock(), total: 0 }]
  let total = 0
  return {
    made(requests = 1) {
      total += requests
      const at_ms = clock()
      const last = samples.at(-1)
      // A sample a second is enough: an unlimited account is asked hundreds of times in one.
      if (last !== undefined && at_ms - last.at_ms >= 1000) samples.push({ at_ms, total })
      while (samples.length > 2 && at_ms - (samples[0]?.at_ms ?? at_ms) > window_ms) samples.shift()
    },
    of(requests) {
      const first = samples[0]
      if (first === undefined || total < requests_min) return null
      const passed_ms = clock() - first.at_ms
      const made = total - first.total
      if (passed_ms < 1000 || made === 0) return null
      return (requests * passed_ms) / made
    },
  }
}

/** `under a minute left`, `about 4 min left`, `about 2 h 10 min left`: no more exact than it can be. */
export function leftText(left_ms: number): string {
  const minutes = Math.round(left_ms / 60_000)
  if (minutes < 1) return 'under a minute left'
  if (minutes < 60) return `about ${minutes} min left`
  const tens = Math.round((minutes % 60) / 10) * 10
  const hours = Math.floor(minutes / 60) + (tens === 60 ? 1 : 0)
  return tens % 60 === 0 ? `about ${hours} h left` : `about ${hours} h ${tens} min left`
}
