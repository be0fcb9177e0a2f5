import { count } from './terminal/format.ts'

/** What links by likeness hang on: how probable they must be, and what the weights were learned from. */
export interface LikenessSaid {
  threshold: number
  /** Null where the weights are those that ship with rollcall. */
  learned: { read_until: string; pairs: number; instances: number } | null
}

/** In one line. */
export function likenessText({ threshold, learned }: LikenessSaid): string {
  if (threshold === 1) return 'nobody is linked by likeness (ROLLCALL_IDENTITY_THRESHOLD is 1)'
  const weights =
    learned === null
      ? 'by the weights that ship with rollcall'
      : `by weights learned from ${count(learned.pairs)} pairs in ${count(learned.instances)} instances of this account, read until ${learned.read_until.slice(0, 10)}`
  return `links of ${threshold} and more are followed, ${weights}`
}
