import type { QuotaCap } from '../extract/zoom/plans.ts'

/** The options that narrow what is read, how soon it is settled, and how much of the day's quota it may cost. */
export interface NarrowOptions {
  since?: Date
  until?: Date
  webinar?: number[]
  settleDays?: number
  confirmMinutes?: number
  quota?: QuotaCap
}

/** The options on what is read, in the words of the extract stage. */
export function narrowing({ since, until, webinar, settleDays, confirmMinutes, quota }: NarrowOptions) {
  return { since, until, webinarIds: webinar, settleDays, confirmMinutes, quotaCap: quota }
}
