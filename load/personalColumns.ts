/**
 * Which columns of the warehouse are about somebody: the one place that says so. A role that `warehouse grant` made
 * without `--with-personal-data` reads none of `personal`.
 *
 * Only text and jsonb can hold a name, an address or what somebody typed; numbers, times, flags and our own uuids are
 * never withheld. An entry is a column's name wherever it occurs, or `relation.column`, which comes first. A column in
 * neither list is withheld, and a test fails until somebody has decided about it.
 */

const personal: ReadonlySet<string> = new Set([
  // Names and addresses, of hosts too.
  'display_name',
  'email',
  'first_name',
  'host_email',
  'last_name',
  'name',
  'participant_email',
  'participant_name',
  'primary_email',
  // Zoom's ids of people: whoever administers the account looks them up.
  'zoom_registrant_id',
  'zoom_user_id',
  // What somebody typed, or what narrows them down.
  'answer',
  'custom_answers',
  'job_title',
  'organization',
  'zoom_questions.question',
  // Zoom's messages and the subjects of readings name hosts.
  'reason',
  'zoom_capture_audit.subject',
])

const open: ReadonlySet<string> = new Set([
  'account_id',
  'capture_status',
  'captured_from',
  'country',
  'discovered_by',
  'figure',
  // Opaque, and the only way left to tell the hosts' webinars apart.
  'host_id',
  'id',
  'identity_method',
  'kind',
  'lead',
  'measure',
  'note',
  'occurrence_id',
  'participant_sync_status',
  'period',
  'polling_id',
  'question',
  'question_id',
  'question_status',
  'role',
  'software_version',
  'source_endpoint',
  'status',
  'stream',
  'subject',
  'survey_id',
  'timezone',
  'topic',
  'tracking_source',
  'verdict',
  'zoom_uuid',
])

const typesThatTell: ReadonlySet<string> = new Set(['text', 'jsonb'])

/** A column of a table or view, with Postgres' name of its type (`text`, `int4`, `timestamptz`, …). */
export interface WarehouseColumn {
  relation: string
  name: string
  type: string
}

/** `unknown` is treated as `personal` and is a mistake: the column belongs into one of the lists above. */
export function classify({ relation, name, type }: WarehouseColumn): 'open' | 'personal' | 'unknown' {
  if (!typesThatTell.has(type)) return 'open'
  for (const entry of [`${relation}.${name}`, name]) {
    if (personal.has(entry)) return 'personal'
    if (open.has(entry)) return 'open'
  }
  return 'unknown'
}

/** Every entry of the lists, for the test that finds those no column needs any more. */
export const classifiedColumns: readonly string[] = [...personal, ...open]
