export type Fields = Record<string, unknown>

/** What a command writes down for whoever has to find out later what happened. */
export interface Log {
  /** Null where nothing is written. */
  readonly file: string | null
  /** Every line from now on carries these as well. */
  bind(fields: Fields): void
  debug(event: string, fields?: Fields): void
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
  close(): void
}

const nothing = () => {}

/** For commands that only read, and for tests. */
export const silence: Log = {
  file: null,
  bind: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  close: nothing,
}
