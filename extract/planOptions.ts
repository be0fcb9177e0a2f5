/** What a plan is made from, and when a reading is settled. */
export interface PlanOptions {
  dataDir: string
  accountId: string
  /** The run that plans, and since when (epoch ms) its own lists are current. */
  run: { id: string; freshSinceMs: number }
  now: Date
  since?: Date
  until?: Date
  webinarIds: readonly number[]
  /** Age of an instance after which a capture of it is final. */
  settleDays: number
  /** Two equal captures this far apart settle an instance earlier. */
  confirmMinutes: number
}
