/**
 * `ok` nothing to do · `warning` it works, with a loss that is named · `problem` something does not work until somebody
 * acts · `skipped` it could not be looked at, and why.
 */
export type CheckVerdict = 'ok' | 'warning' | 'problem' | 'skipped'

/** What one check found. Part of the contract of `doctor --json`. Holds no secret. */
export interface Finding {
  /** Stable name of the check, for programs. */
  check: string
  verdict: CheckVerdict
  /** What was found, one sentence. */
  found: string
  /** What it costs the user; null where it costs nothing. */
  cost: string | null
  /** What to do next; null where there is nothing to do. */
  remedy: string | null
  /** More of what was found, a line each. */
  details: readonly string[]
}

type More = Partial<Pick<Finding, 'cost' | 'remedy' | 'details'>>

const finding =
  (verdict: CheckVerdict) =>
  (check: string, found: string, more: More = {}): Finding => ({
    check,
    verdict,
    found,
    cost: more.cost ?? null,
    remedy: more.remedy ?? null,
    details: more.details ?? [],
  })

export const ok = finding('ok')
export const warning = finding('warning')
export const problem = finding('problem')
export const skipped = finding('skipped')
