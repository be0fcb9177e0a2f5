/**
 * A transform that could not finish: which model or audit file, on what, and what to do next. Terminal: the same
 * files give the same failure. The catalog of the last good run is untouched when this is thrown.
 */
export class TransformError extends Error {
  /** `schema.table` of the model, or the audit's name; absent when no single file is to blame. */
  readonly model: string | undefined
  /** The first rows an audit found, as plain JSON values. Empty for other failures. */
  readonly rows: readonly unknown[]

  constructor(message: string, options: { model?: string; rows?: readonly unknown[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'TransformError'
    this.model = options.model
    this.rows = options.rows ?? []
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
