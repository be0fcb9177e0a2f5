/** The options that narrow what is read, and how soon it is settled. */
export interface NarrowOptions {
  since?: Date
  until?: Date
  webinar?: number[]
  settleDays?: number
  confirmMinutes?: number
}

/** The options on what is read, in the words of the extract stage. */
export function narrowing({ since, until, webinar, settleDays, confirmMinutes }: NarrowOptions) {
  return { since, until, webinarIds: webinar, settleDays, confirmMinutes }
}
