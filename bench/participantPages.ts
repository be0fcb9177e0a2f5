import type { Endpoint } from '../extract/zoom/endpoint.ts'
import { type Answer, answerOfPage } from '../extract/zoom/exchange.ts'

/** The clock of all made-up data, epoch ms. */
export const startedAt = Date.UTC(2026, 4, 1, 10)

/** Bodies of the participants report, as Zoom sends them. */
export function participantsBody(
  first: number,
  rows: number,
  of: { isLast: boolean; total: number },
): Buffer {
  const participants = Array.from({ length: rows }, (_, at) => {
    const n = first + at
    return {
      id: `u${(n * 7919) % 1_000_003}`,
      user_id: String(16_778_240 + n),
      name: `Person Number ${n}`,
      user_email: `person${n}@example.com`,
      join_time: zoomTime(startedAt + (n % 3600) * 1000),
      leave_time: zoomTime(startedAt + 3_600_000 + (n % 1800) * 1000),
      duration: 3600 - (n % 3600) + (n % 1800),
      registrant_id: `r${(n * 104_729) % 15_485_863}`,
      failover: false,
      status: 'in_meeting',
      internal_user: false,
      participant_user_id: '',
      customer_key: '',
    }
  })
  const body = JSON.stringify({
    page_count: Math.ceil(of.total / 300),
    page_size: 300,
    total_records: of.total,
    next_page_token: of.isLast ? '' : `t${first}`,
    participants,
  })
  // As an answer's body, it has memory of its own.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(body))
  bytes.write(body)
  return bytes
}

/** What the client makes of an answer's bytes; its waiting and its network left out. */
export function answerOf(bytes: Buffer, scan?: Endpoint['scan']): Answer {
  const page = scan?.(bytes) ?? null
  if (page !== null) return answerOfPage(200, page, bytes.length, startedAt)
  const text = bytes.toString('utf8')
  return { status: 200, body: JSON.parse(text), text, bytes: bytes.length, receivedAtMs: startedAt }
}

function zoomTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}
