import { Fault } from './faults.ts'
import type { Call } from './route.ts'

export interface Slice {
  from: number
  to: number
  /** The page size used, which is echoed. */
  size: number
  nextPageToken: string
  pageCount: number
  isFirst: boolean
}

/** The part of a listing a call asks for: 30 rows by default, `sizeMax` and the server's `pageSizeMax` at most, more being cut down. */
export function sliceOf(call: Call, total: number, sizeMax = 300): Slice {
  const { query, tokens, key } = call
  const asked = query.get('page_size')
  const wanted = asked === null || asked === '' ? 30 : Number(asked)
  if (!Number.isInteger(wanted) || wanted < 1) throw new Fault(400, 300, 'Validation Failed.')
  const size = Math.min(wanted, sizeMax, call.pageSizeMax)
  const token = query.get('next_page_token') ?? ''
  const from = token === '' ? 0 : tokens.read(key, token)
  const to = Math.min(total, from + size)
  const nextPageToken = to < total ? tokens.issue(key, to) : ''
  return { from, to, size, nextPageToken, pageCount: Math.ceil(total / size), isFirst: from === 0 }
}

/** A page of a listing in Zoom's frame. `page_number` is there on the first page only, as it is in the wild. */
export function page<T>(
  call: Call,
  items: readonly T[],
  field: string,
  show: (item: T) => unknown,
  sizeMax = 300,
): Record<string, unknown> {
  const slice = sliceOf(call, items.length, sizeMax)
  return {
    page_count: slice.pageCount,
    ...(slice.isFirst ? { page_number: 1 } : {}),
    page_size: slice.size,
    total_records: items.length,
    next_page_token: slice.nextPageToken,
    [field]: items.slice(slice.from, slice.to).map(show),
  }
}
