export interface Run {
  id: string
  kind: string
  account_id: string | null
  started_at: Date
  software_version: string
}

export interface TableSummary {
  unitsChanged: number
  rowsWritten: number
  rowsDeleted: number
}

export interface Publication {
  schema: string
  run: Run
  /** Scratch folder, private to this load. */
  folder: string
  signal?: AbortSignal
  now: () => Date
}
