import type { Output } from '../terminal/output.ts'
import type { Log } from './log.ts'

/** An output whose lines about stages, and warnings, are in the log too, with `--quiet` as well. */
export function heard(output: Output, log: Log): Output {
  return {
    ...output,
    done(text) {
      log.info(text)
      output.done(text)
    },
    warn(text) {
      log.warn(text)
      output.warn(text)
    },
  }
}
