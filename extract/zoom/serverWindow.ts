import { setTimeout as delay } from 'node:timers/promises'

/*
 * A quota is counted by the server, when it gets round to a request, and not when we send it: on a busy machine, or
 * through a slow network, requests that were sent a while apart are counted together. A request therefore keeps its
 * place in the window until a whole period after the last moment at which it may have been counted:
 *
 *   sent ──▶ counted by now? ──this answer or one to a later request is here──▶ counted ──a period──▶ place is free
 *
 * An answer tells that its request, and those sent well before, had been counted when the server began to answer: so
 * long ago as the quickest answer of late took.
 */

interface Place {
  sentMs: number
  /** The last moment at which it may have been counted; null while that is not known. */
  countedMs: number | null
}

export interface WindowEffects {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<unknown>
}

const realEffects: WindowEffects = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
}

/** No server is that far behind with counting: its slowness is then of answering, for which there is no quota. */
const countedWithin_ms = 1000
/** Requests sent so close together may be counted the other way round: over another connection, in one turn of a loop. */
const disorder_ms = 50
/** Answers of which the quickest is remembered; at least so many, at most twice. */
const quickestOf = 256
/** Before so many answers none is known to be quick. */
const answersMin = 32

/** Lets through so many requests in a period, as the server counts them. */
export class ServerWindow {
  readonly #requests: number
  readonly #period_ms: number
  readonly #effects: WindowEffects
  readonly #places: Place[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #wake = new AbortController()
  #quickest = { before_ms: Number.POSITIVE_INFINITY, lately_ms: Number.POSITIVE_INFINITY, answers: 0 }

  constructor(requests: number, period_ms: number, effects: WindowEffects = realEffects) {
    this.#requests = requests
    this.#period_ms = period_ms
    this.#effects = effects
  }

  /** Runs the job when there is a place for it, in the order asked. @throws whatever the job throws */
  async run<T>(job: () => Promise<T>): Promise<T> {
    const place = await this.#place()
    try {
      const result = await job()
      this.#noteQuickness(this.#effects.now() - place.sentMs)
      return result
    } finally {
      this.#answered(place)
    }
  }

  #place(): Promise<Place> {
    const turn = this.#turn.then(async () => {
      for (let wait_ms = this.#wait(); wait_ms > 0; wait_ms = this.#wait()) {
        await this.#effects.sleep(wait_ms, this.#wake.signal).catch(() => undefined)
        if (this.#wake.signal.aborted) this.#wake = new AbortController()
      }
      if (this.#places.length >= this.#requests) this.#places.shift()
      const place: Place = { sentMs: this.#effects.now(), countedMs: null }
      this.#places.push(place)
      return place
    })
    this.#turn = turn
    return turn
  }

  /** How long there will be no place yet; asked again when an answer comes. */
  #wait(): number {
    const oldest = this.#places[0]
    if (oldest === undefined || this.#places.length < this.#requests) return 0
    const countedMs = oldest.countedMs ?? oldest.sentMs + countedWithin_ms
    return Math.ceil(countedMs + this.#period_ms - this.#effects.now())
  }

  #answered(place: Place): void {
    const countedMs = this.#effects.now() - this.#quickest_ms()
    for (const one of this.#places) {
      if (one !== place && one.sentMs > place.sentMs - disorder_ms) continue
      one.countedMs ??= Math.min(Math.max(countedMs, one.sentMs), one.sentMs + countedWithin_ms)
    }
    this.#wake.abort()
  }

  #quickest_ms(): number {
    const { before_ms, lately_ms, answers } = this.#quickest
    if (before_ms === Number.POSITIVE_INFINITY && answers < answersMin) return 0
    return Math.min(before_ms, lately_ms)
  }

  #noteQuickness(took_ms: number): void {
    const quickest = this.#quickest
    quickest.lately_ms = Math.min(quickest.lately_ms, took_ms)
    quickest.answers += 1
    if (quickest.answers < quickestOf) return
    this.#quickest = { before_ms: quickest.lately_ms, lately_ms: Number.POSITIVE_INFINITY, answers: 0 }
  }
}
