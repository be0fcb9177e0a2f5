import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TransformError } from './transform-error.ts'

/** The layers in which models live; a folder of `sql/` each. Audits are read apart, see `readAudits`. */
const layers = ['staging', 'intermediate', 'marts'] as const

/** One file of `sql/`: a bare SELECT. */
export interface Model {
  /** `schema.table`; of an audit `audits.<file>`. */
  name: string
  schema: string
  table: string
  /** Path to name in messages, relative to the folder of models. */
  file: string
  /** The SELECT without its trailing semicolon. */
  sql: string
  /** The comment at the top of the file: the grain, and rules that need saying. */
  header: string
}

const isForBuilding = (model: Model) => /a\s+table\s+while\s+building/i.test(model.header)

/** Whether a staging model is stored. The others are views: they cost no space and always show the raw files. */
export function isTable(model: Model): boolean {
  return model.schema !== 'staging' || /kept\s+as\s+a\s+table/i.test(model.header) || isForBuilding(model)
}

/**
 * Whether a table stays in the catalog once it is built: marts, stored staging unless it is "a table while building", and
 * the steps between them whose header says that they are "kept in the catalog", because the build of the next day goes
 * on from them.
 */
export function isKept(model: Model): boolean {
  if (model.schema === 'intermediate') return /kept\s+in\s+the\s+catalog/i.test(model.header)
  return !isForBuilding(model)
}

/** The folder of models that ships with rollcall. */
export const modelFolder = join(import.meta.dirname, '..', 'sql')

/** Reads all models below `folder`, sorted by name. */
export async function readModels(folder: string = modelFolder): Promise<Model[]> {
  const found = await Promise.all(layers.map((layer) => readFolder(folder, layer)))
  return found.flat()
}

/** Reads the audits below `folder`: queries that return no row when all is well. Sorted by name. */
export function readAudits(folder: string = modelFolder): Promise<Model[]> {
  return readFolder(folder, 'audits')
}

/** The statement that learns weights: no model, since no build runs it. */
export async function readLearning(folder: string = modelFolder): Promise<Model> {
  const [statement] = await readFolder(folder, 'learning')
  if (statement === undefined) throw new TransformError(`${join(folder, 'learning')} has no statement`)
  return statement
}

async function readFolder(folder: string, schema: string): Promise<Model[]> {
  const names = await readdir(join(folder, schema)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (name) => {
      const file = `${schema}/${name}`
      return parseModel(file, await readFile(join(folder, file), 'utf8'))
    }),
  )
}

/** Splits a model file into header and SELECT. Throws a `TransformError` when the file has no header. */
export function parseModel(file: string, text: string): Model {
  const [schema, table] = file.replace(/\.sql$/, '').split('/') as [string, string]
  if (!/^[a-z][a-z0-9_]*$/.test(table)) {
    throw new TransformError(`sql/${file}: a model is named in lower case letters, digits and underscores`)
  }
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('--'))
  const header = lines
    .slice(0, end)
    .map((line) => line.replace(/^-- ?/, ''))
    .join('\n')
    .trim()
  if (header === '') {
    throw new TransformError(`sql/${file}: begins without a comment; say its grain in the first line`)
  }
  const sql = lines.slice(end).join('\n').trim().replace(/;$/, '')
  return { name: `${schema}.${table}`, schema, table, file, sql, header }
}
