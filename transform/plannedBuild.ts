import type { BuiltModel } from './build.ts'
import type { Correction } from './corrections.ts'
import type { Likeness } from './likeness.ts'
import type { Model } from './models.ts'

/** What a build is told, of everything or of what is new. */
export interface Build {
  /** In the order in which they can be built. */
  models: readonly Model[]
  audits: readonly Model[]
  fingerprint: string
  dataDir: string
  /** What the user decided about who is who. */
  corrections: readonly Correction[]
  /** What links by likeness hang on. */
  likeness: Likeness
  /** Keeps the tables that are only steps to others. */
  isWithSteps: boolean
  /** So many captured rows are built at a time, at most; without it, as many as memory is enough for. */
  batchRows?: number
  signal?: AbortSignal
  clock(): number
  onModel(model: BuiltModel): void
}

/** What models read that no model builds. */
export type Source = Pick<Build, 'dataDir' | 'models' | 'corrections' | 'likeness'>
