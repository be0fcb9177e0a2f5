/** Options every command has. */
export interface GlobalOptions {
  dataDir?: string
  json?: boolean
  quiet?: boolean
  debug?: boolean
}
