import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { DuckDBConnection } from '@duckdb/node-api'
import { withCatalog } from '../catalog.ts'
import { CliError, UsageError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading, type Session } from '../session.ts'
import {
  type FileFormat,
  type Format,
  formats,
  runStatement,
  showTable,
  streamAnswer,
  writeAnswer,
} from '../sql/answer.ts'
import { answerDot, type Catalogue, findExample, showDot } from '../sql/dotCommands.ts'
import { readExamples } from '../sql/examples.ts'
import { prompt } from '../sql/prompt.ts'
import { readSchema, setUp } from '../sql/schema.ts'
import { splitStatements } from '../sql/statements.ts'
import { count } from '../terminal/format.ts'

export interface SqlOptions extends GlobalOptions {
  file?: string
  example?: string
  format?: Format
  out?: string
}

/**
 * `rollcall sql [QUERY]`: a question to the catalog. Without one: a prompt on a terminal, elsewhere what can be asked
 * about.
 */
export async function sql(query: string | undefined, options: SqlOptions): Promise<void> {
  if ([query, options.file, options.example].filter((one) => one !== undefined).length > 1)
    throw new UsageError('Give one of QUERY, --file and --example.')
  const format = formatOf(options)
  await reading(options, (session) =>
    withCatalog(session.config.dataDir, async (connection) => {
      const catalogue = { relations: await readSchema(connection), examples: await readExamples() }
      await setUp(connection, catalogue.relations)
      if (
        query === undefined &&
        options.file === undefined &&
        options.example === undefined &&
        isAtTerminal(options)
      ) {
        session.output.print(
          'Questions in SQL end with a semicolon; .tables, .schema and .examples help; Ctrl-D leaves.',
        )
        return prompt(connection, catalogue, session.output)
      }
      const interrupt = () => connection.interrupt()
      session.signal.addEventListener('abort', interrupt)
      try {
        await answer(await questionOf(query, options, catalogue), {
          connection,
          catalogue,
          session,
          format,
          options,
        })
      } catch (error) {
        session.signal.throwIfAborted()
        throw error
      } finally {
        session.signal.removeEventListener('abort', interrupt)
      }
    }),
  )
}

function isAtTerminal({ json, out, format }: SqlOptions): boolean {
  const isPlain = !json && out === undefined && format === undefined
  return isPlain && process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** @throws {UsageError} for an ending that names no format, and for one a terminal cannot show */
function formatOf({ format, json, out }: SqlOptions): Format {
  if (out !== undefined) {
    const ending = path.extname(out).slice(1).toLowerCase().replace('jsonl', 'ndjson')
    const named = format ?? (formats.find((one) => one === ending && one !== 'table') as Format | undefined)
    if (named === undefined || named === 'table')
      throw new UsageError(`--out ${out}: name it .csv, .json, .ndjson or .parquet, or give one as --format.`)
    return named
  }
  const chosen = format ?? (json ? 'json' : 'table')
  if (chosen === 'parquet' && process.stdout.isTTY)
    throw new UsageError('A terminal cannot show Parquet: name a file with --out FILE.parquet.')
  return chosen
}

async function questionOf(
  query: string | undefined,
  options: SqlOptions,
  catalogue: Catalogue,
): Promise<string> {
  if (options.example !== undefined) return findExample(options.example, catalogue.examples).sql
  if (options.file === undefined) return query ?? '.tables'
  if (options.file === '-') return text(process.stdin)
  return readFile(options.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${options.file} cannot be read (${error.code}). Name a file with SQL in it.`, {
      cause: error,
    })
  })
}

interface Asked {
  connection: DuckDBConnection
  catalogue: Catalogue
  session: Session
  format: Format
  options: SqlOptions
}

/** Runs the statements of a question in order. A table is shown of each; a file holds the rows of the last. */
async function answer(question: string, asked: Asked): Promise<void> {
  const { connection, catalogue, session, format, options } = asked
  if (question.trimStart().startsWith('.')) {
    const found = answerDot(question.trim(), catalogue)
    if (found.type === 'sql') await answer(found.example.sql, asked)
    if (found.type === 'rows') showDot(found, session.output)
    return
  }
  const statements = splitStatements(`${question}\n;`).whole
  const last = statements.at(-1)
  if (last === undefined) throw new UsageError('There is no question: the SQL is empty.')
  if (format === 'table') {
    for (const statement of statements) await showTable(connection, statement, session.output)
    return
  }
  for (const statement of statements.slice(0, -1)) await runStatement(connection, statement)
  if (options.out !== undefined) {
    const rows = await writeAnswer(connection, last, format as FileFormat, options.out)
    session.output.done(`${count(rows)} rows in ${path.resolve(options.out)}`)
  } else if (!options.quiet || options.json || options.format !== undefined) {
    await streamAnswer(connection, last, format as FileFormat, process.stdout)
  }
}
