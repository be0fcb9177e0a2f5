import type { Output } from './terminal/output.ts'

/** Shells report a program ended by Ctrl-C with this code. */
const INTERRUPTED = 130

/**
 * Ctrl-C once: finish the page in hand and stop in order. Twice: end now; the journal makes that safe too.
 *
 * @returns the signal stages listen to, and a function that takes the handlers away
 */
export function stopOnSignals(output: Output): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    controller.abort()
    output.warn('Stopping: the page in hand is finished first. Press Ctrl-C again to end at once.')
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
