import { Stopped } from './capture.ts'

/** How long the pages in hand may take to arrive after a request to stop. */
const GRACE_MS = 5000

/**
 * A request to stop lets the pages in hand arrive; but a page that waits for a rate limit or a retry may take
 * minutes, so after a grace time the client's waits end too.
 */
export function endAfterGrace(signal: AbortSignal | undefined): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    timer = setTimeout(() => controller.abort(new Stopped()), GRACE_MS)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
