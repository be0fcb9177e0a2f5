import type { SettlingRules } from './settling.ts'

/** What a plan is made from, and when a reading is settled. */
export interface PlanOptions extends SettlingRules {
  dataDir: string
  accountId: string
  /** The run that plans, and since when (epoch ms) its own lists are current. */
  run: { id: string; freshSinceMs: number }
  since?: Date
  until?: Date
  webinarIds: readonly number[]
  /** Two equal captures this far apart settle an instance earlier. */
  confirmMinutes: number
}
