import { int32, type Scalar } from './scalars.ts'

/**
 * Whole minutes, rounded up as Zoom's reports do, from `hh:mm:ss` or `mm:ss`, which the dashboard sends where others
 * send minutes. Null where absent or unreadable.
 */
export function clockMinutes(value: Scalar): number | null {
  const parts = typeof value === 'string' ? /^(?:(\d{1,4}):)?(\d{1,2}):(\d{2})$/.exec(value) : null
  if (parts === null) return int32(value)
  const [, hours, minutes, seconds] = parts
  return Number(hours ?? 0) * 60 + Number(minutes) + (Number(seconds) > 0 ? 1 : 0)
}
