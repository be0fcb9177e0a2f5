import type { ZoomClientOptions } from './zoom/client.ts'
import type { QuotaCap, Plan as ZoomPlan } from './zoom/plans.ts'

/** What a run of extract is asked for. */
export interface ExtractOptions {
  dataDir: string
  accountId: string
  clientId: string
  clientSecret: string
  apiUrl?: string
  oauthUrl?: string
  plan: ZoomPlan
  /** How much of the day's quota all runs of today may use together; all of it when not set. */
  quotaCap?: QuotaCap
  /** `full`: as far back as Zoom reports. `incremental`: since the last finished run, less the settling time. */
  mode: 'full' | 'incremental'
  since?: Date
  until?: Date
  webinarIds?: readonly number[]
  /** Captures under way at once; the rate limits hold whatever it is. */
  concurrency?: number
  settleDays?: number
  confirmMinutes?: number
  /** How long one answer may take, how often it is asked for, how large it may be; see the client's defaults. */
  patience?: Pick<ZoomClientOptions, 'timeoutMs' | 'maxAttempts' | 'maxBodyBytes'>
  /** Pages of one listing at most: it bounds a listing that never ends. */
  pagesMax?: number
  /** The caller publishes what was read and then calls `finishRun`; until then the run counts as unfinished. */
  isPublishedLater?: boolean
  /** Aborted: finish the page in hand and stop; the next run goes on from there. */
  signal?: AbortSignal
}
