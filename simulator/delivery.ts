import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** How an answer travels. Nothing set: at once and whole. */
export interface Delivery {
  /** Nothing is sent for so long. */
  delayMs?: number
  /** The connection is reset after so many bytes of the body, which its headers promise whole. */
  resetAfterBytes?: number
  /** The body never ends: a byte, and then another each time so long has passed. */
  dripEveryMs?: number
}

/** Sends a body; resolves when all is sent, the connection was reset, or nobody listens any more. */
export async function deliver(
  response: ServerResponse,
  status: number,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  { delayMs, resetAfterBytes, dripEveryMs }: Delivery = {},
): Promise<void> {
  if (delayMs !== undefined) await delay(delayMs)
  if (dripEveryMs !== undefined) {
    response.writeHead(status, headers)
    // A blank is valid between any two tokens of JSON, so that only time tells that this one never ends.
    for (let sent = 0; !response.destroyed; sent++) {
      response.write(sent === 0 ? '{' : ' ')
      await delay(dripEveryMs)
    }
    return
  }
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) })
  if (resetAfterBytes === undefined) {
    response.end(bytes)
    return
  }
  const part = bytes.subarray(0, Math.min(resetAfterBytes, bytes.length - 1))
  response.flushHeaders()
  await new Promise<void>((resolve) => {
    response.once('close', () => resolve())
    // An empty write would never be flushed, and its callback is what tells that the part is out.
    if (part.length === 0) response.socket?.resetAndDestroy()
    else response.write(part, () => response.socket?.resetAndDestroy())
  })
}
