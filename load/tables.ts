/** Rows of which the catalog says one by one that they changed. */
export type RowKind = 'person' | 'alias'

/** A table that is published from `marts.<name>` of the catalog to the warehouse. */
export interface PublishedTable {
  name: string
  /**
   * The rows that are replaced together, as an expression of text. It is SQL that DuckDB and Postgres read alike,
   * because both sides have to find the same rows.
   */
  unit: string
  /** Columns the rows are written in order of, after the unit. */
  key: readonly string[]
  /**
   * Columns of ids of which the unit is the first that is not null: by them a row is found without looking at all of
   * them. Where there are two, a row with neither is an account's.
   */
  ids: readonly string[]
  /** Units are buckets of rows; where it is known which rows changed, told by their ids, they alone are replaced. */
  rows?: { column: string; kind: RowKind }
}

const idOf = (column: string): string => `cast(${column} as varchar)`

const byColumn = (name: string, column: string, key: string): PublishedTable => ({
  name,
  unit: idOf(column),
  key: [key],
  ids: [column],
})

/** Persons are many and a new instance touches some of them everywhere: 4096 buckets by the start of the id. */
const byPerson = (name: string, column: string, key: string, kind: RowKind): PublishedTable => ({
  ...byColumn(name, column, key),
  unit: `substr(cast(${column} as varchar), 1, 3)`,
  rows: { column: key, kind },
})

/** Parents before children: the order of writing. Deleting goes the other way. */
export const publishedTables: readonly PublishedTable[] = [
  byPerson('zoom_people', 'id', 'id', 'person'),
  byPerson('zoom_person_aliases', 'person_id', 'alias_id', 'alias'),
  byColumn('zoom_webinars', 'id', 'id'),
  byColumn('zoom_webinar_instances', 'id', 'id'),
  byColumn('zoom_registrants', 'webinar_id', 'id'),
  byColumn('zoom_participants', 'instance_id', 'id'),
  byColumn('zoom_participant_sessions', 'instance_id', 'id'),
  byColumn('zoom_instance_timeline', 'instance_id', 'minute'),
  byColumn('zoom_instance_dropoff', 'instance_id', 'tenth'),
  byColumn('zoom_poll_answers', 'instance_id', 'id'),
  byColumn('zoom_questions', 'instance_id', 'id'),
  byColumn('zoom_survey_answers', 'instance_id', 'id'),
  {
    name: 'zoom_capture_audit',
    unit: `coalesce(${idOf('instance_id')}, ${idOf('webinar_id')}, account_id)`,
    key: ['stream', 'subject'],
    ids: ['instance_id', 'webinar_id'],
  },
  {
    name: 'zoom_capture_promises',
    unit: `coalesce(${idOf('instance_id')}, ${idOf('webinar_id')})`,
    key: ['subject', 'stream', 'source_endpoint', 'figure'],
    ids: ['instance_id', 'webinar_id'],
  },
]
