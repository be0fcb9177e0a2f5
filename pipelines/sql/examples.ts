import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A question people ask, with its answer as SQL over the catalog. */
export interface Example {
  /** The file's name without `.sql`. */
  name: string
  question: string
  sql: string
}

const questions = fileURLToPath(new URL('../../sql/questions/catalog', import.meta.url))

/** The example questions, by name: every SQL file of a folder, whose first line is the question as a comment. */
export async function readExamples(folder: string = questions): Promise<Example[]> {
  if (!existsSync(folder)) return []
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (name) => {
      const sql = await readFile(path.join(folder, name), 'utf8')
      const question = /^--\s*(.*)/.exec(sql)?.[1]?.trim()
      return {
        name: path.basename(name, '.sql'),
        question: question || '(no question in its first line)',
        sql,
      }
    }),
  )
}
