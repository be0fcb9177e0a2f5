import { columnKey } from './cells.ts'

/** Titles that the portal's other webinar reports have in their first cell; some share all that follows. */
const titles: Readonly<Record<string, string>> = {
  'registration report': 'registration report',
  'registrant details': 'registration report',
  'registration details': 'registration report',
  'performance report': 'performance report',
  'q&a report': 'Q&A report',
  'question report': 'Q&A report',
  'question details': 'Q&A report',
  'poll report': 'poll report',
  'poll details': 'poll report',
  'launched polls': 'poll report',
  'survey report': 'survey report',
  'resources report': 'resources report',
}

/**
 * The kind of another report of Zoom's portal that this record shows, or null. Meetings are told by their columns:
 * a participants export begins with `Name (Original Name)`, or with the meeting's own (`Meeting ID, Topic, ...` or
 * `Topic, ID, Host name, ...`).
 */
export function otherReport(cells: readonly string[]): string | null {
  const keys = cells.map(columnKey)
  // A title alone does not tell the delimiter, so padding may still hang on it.
  const title = titles[keys[0]?.replace(/[:;\s]+$/, '') ?? '']
  if (title !== undefined) return title
  const has = (key: string): boolean => keys.includes(key)
  if (has('name (original name)') || has('meeting id') || (has('topic') && has('id') && has('host name'))) {
    return 'meeting participants report'
  }
  if (has('meeting/webinar id') || has('submitted date/time')) return 'poll or survey report'
  if (has('registration time') && !has('attended') && !has('join time')) return 'registration report'
  return null
}
