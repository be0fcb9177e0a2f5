import type { Page } from '../zoom/endpoint.ts'
import type { CapturedPage } from './capture.ts'

/** Which pages wait in memory for their flush: as many as fit, counted in characters of their rows. */
export class HeldPages {
  readonly #charactersMax: number
  #characters = 0

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax
  }

  /** Whether the page may stay; one that may not is read back from the journal when it is flushed. */
  hold(page: Page): boolean {
    const characters = charactersOf(page)
    if (this.#characters + characters > this.#charactersMax) return false
    this.#characters += characters
    return true
  }

  /** The pages are flushed or forgotten. */
  release(pages: readonly CapturedPage[]): void {
    for (const { held } of pages) if (held !== null) this.#characters -= charactersOf(held)
  }
}

function charactersOf(page: Page): number {
  let characters = 0
  for (const { raw } of page.rows) characters += raw.length
  for (const { raw } of page.rejects) characters += raw.length
  return characters
}
