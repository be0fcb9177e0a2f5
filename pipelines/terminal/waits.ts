/** What asking again waits for, in words; the errors' own are whole paragraphs. */
const reasons: Readonly<Record<string, string>> = {
  rate_limited: "Zoom's rate limit",
  server: 'an error of Zoom',
  network: 'the network',
  timeout: 'an answer that did not come',
  malformed: 'an answer that was cut off',
  token_expired: 'a new token',
}

/** Requests that wait to be sent again. Others go on meanwhile, so a wait is shown until it is over. */
export interface Waits {
  add(reason: string, untilMs: number): void
  /** `; waiting until 12:00:05 UTC for Zoom's rate limit (3 requests)`; empty when nothing waits. */
  text(): string
}

export function waits(clock: () => number): Waits {
  let waiting: { reason: string; untilMs: number }[] = []
  return {
    add(reason, untilMs) {
      waiting.push({ reason, untilMs })
    },
    text() {
      const now = clock()
      waiting = waiting.filter((one) => one.untilMs > now)
      const last = waiting.reduce<(typeof waiting)[number] | undefined>(
        (latest, one) => (latest === undefined || one.untilMs > latest.untilMs ? one : latest),
        undefined,
      )
      if (last === undefined) return ''
      const requests = waiting.length === 1 ? '' : ` (${waiting.length} requests)`
      return `; waiting until ${new Date(last.untilMs).toISOString().slice(11, 19)} UTC for ${nameOf(last.reason)}${requests}`
    },
  }
}

function nameOf(reason: string): string {
  const meaning = /failed(?: after \d+ attempts)?: (\w+)/.exec(reason)?.[1] ?? ''
  return reasons[meaning] ?? (reason.length > 60 ? `${reason.slice(0, 59)}…` : reason)
}
