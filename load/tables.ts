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
}

/** Persons are many and a new instance touches some of them everywhere: 4096 buckets by the start of the id. */
const bucketOf = (column: string): string => `substr(cast(${column} as varchar), 1, 3)`
const idOf = (column: string): string => `cast(${column} as varchar)`

/** Parents before children: the order of writing. Deleting goes the other way. */
export const publishedTables: readonly PublishedTable[] = [
  { name: 'zoom_people', unit: bucketOf('id'), key: ['id'] },
  { name: 'zoom_person_aliases', unit: bucketOf('person_id'), key: ['alias_id'] },
  { name: 'zoom_webinars', unit: idOf('id'), key: ['id'] },
  { name: 'zoom_webinar_instances', unit: idOf('id'), key: ['id'] },
  { name: 'zoom_registrants', unit: idOf('webinar_id'), key: ['id'] },
  { name: 'zoom_participants', unit: idOf('instance_id'), key: ['id'] },
  { name: 'zoom_participant_sessions', unit: idOf('instance_id'), key: ['id'] },
  { name: 'zoom_instance_timeline', unit: idOf('instance_id'), key: ['minute'] },
  { name: 'zoom_instance_dropoff', unit: idOf('instance_id'), key: ['tenth'] },
  { name: 'zoom_poll_answers', unit: idOf('instance_id'), key: ['id'] },
  { name: 'zoom_questions', unit: idOf('instance_id'), key: ['id'] },
  { name: 'zoom_survey_answers', unit: idOf('instance_id'), key: ['id'] },
  {
    name: 'zoom_capture_audit',
    unit: `coalesce(${idOf('instance_id')}, ${idOf('webinar_id')}, account_id)`,
    key: ['stream', 'subject'],
  },
  {
    name: 'zoom_capture_promises',
    unit: `coalesce(${idOf('instance_id')}, ${idOf('webinar_id')})`,
    key: ['subject', 'stream', 'source_endpoint', 'figure'],
  },
]
