/**
 * When a `Retry-After` header allows the next request, in epoch ms; null where it says nothing. Zoom sends an ISO 8601
 * time for the daily limit (`2020-05-31T00:00:00Z`), HTTP allows seconds and its own date form as well.
 */
export function retryAtOf(header: string | string[] | undefined, nowMs: number): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!text) return null
  if (/^\d{1,7}(\.\d+)?$/.test(text)) return nowMs + Number(text) * 1000
  // Date.parse reads a bare year or number too; only the two date forms are meant.
  if (!/^\d{4}-\d{2}-\d{2}T|^[A-Za-z]{3}, /.test(text)) return null
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : atMs
}

/** The next 00:00 UTC after a time, epoch ms: when Zoom's daily counters start again. */
export function nextUtcMidnight(nowMs: number): number {
  return (Math.floor(nowMs / 86_400_000) + 1) * 86_400_000
}
