import { CliError } from '../cliError.ts'
import type { Output } from '../terminal/output.ts'
import { shortened } from './answer.ts'
import type { Example } from './examples.ts'
import type { Relation } from './schema.ts'

/** What can be asked about, for commands that are no SQL. */
export interface Catalogue {
  relations: readonly Relation[]
  examples: readonly Example[]
}

export const dotCommands = {
  '.tables': 'the tables and views',
  '.schema [table]': 'the columns of a table, or of all the marts',
  '.examples': 'questions people ask, by name',
  '.example NAME': 'answer one of them',
  '.help': 'this list',
  '.quit': 'leave (so does Ctrl-D)',
} as const

/** What a dot command says: rows for people and programs alike, or SQL to be run. */
export type DotAnswer =
  | { type: 'rows'; columns: string[]; rows: string[][]; title?: string }
  | { type: 'sql'; example: Example }
  | { type: 'leave' }

/** @throws {CliError} for a command, a table or an example that is not there, naming those that are */
export function answerDot(line: string, { relations, examples }: Catalogue): DotAnswer {
  const [name = '', argument] = line.replace(/;\s*$/, '').trim().split(/\s+/)
  switch (name) {
    case '.tables':
      return {
        type: 'rows',
        columns: ['schema', 'name', 'what it is'],
        rows: relations.map((one) => [one.schema, one.name, firstSentence(one.comment)]),
      }
    case '.schema':
      return argument === undefined ? schemaOfMarts(relations) : schemaOf(argument, relations)
    case '.examples':
      if (examples.length === 0)
        throw new CliError('There are no example questions in sql/questions/catalog.')
      return {
        type: 'rows',
        columns: ['name', 'question'],
        rows: examples.map((example) => [example.name, example.question]),
      }
    case '.example':
      return { type: 'sql', example: findExample(argument ?? '', examples) }
    case '.help':
      return {
        type: 'rows',
        columns: ['command', 'what it does'],
        rows: [...Object.entries(dotCommands), ['SQL;', 'answer it; a question may be of several lines']],
      }
    case '.quit':
    case '.exit':
      return { type: 'leave' }
    default:
      throw new CliError(`There is no ${name}. Known are ${Object.keys(dotCommands).join(', ')}.`)
  }
}

/** @throws {CliError} naming the examples there are */
export function findExample(name: string, examples: readonly Example[]): Example {
  const found = examples.find((example) => example.name === name)
  if (found) return found
  const known = examples.map((example) => example.name).join(', ') || 'none'
  throw new CliError(`There is no example question "${name}". Known are: ${known}.`)
}

/** Prints what a dot command found. */
export function showDot(answer: Extract<DotAnswer, { type: 'rows' }>, output: Output): void {
  if (answer.title !== undefined) output.print(answer.title)
  output.table(
    answer.columns,
    answer.rows.map((row) => row.map(shortened)),
  )
  output.json(
    answer.rows.map((row) => Object.fromEntries(answer.columns.map((column, at) => [column, row[at]]))),
  )
}

function schemaOfMarts(relations: readonly Relation[]): DotAnswer {
  return {
    type: 'rows',
    columns: ['table', 'columns'],
    rows: relations
      .filter(({ schema }) => schema === 'marts')
      .map(({ name, columns }) => [name, columns.map((column) => column.name).join(' ')]),
  }
}

function schemaOf(argument: string, relations: readonly Relation[]): DotAnswer {
  const found = relations.find(({ schema, name }) => argument === name || argument === `${schema}.${name}`)
  if (found === undefined) throw new CliError(`There is no table ${argument}. The list of them: .tables`)
  return {
    type: 'rows',
    title: `${found.schema}.${found.name}${found.comment === null ? '' : `: ${found.comment.replaceAll('\n', ' ')}`}\n`,
    columns: ['column', 'type'],
    rows: found.columns.map(({ name, type }) => [name, type]),
  }
}

function firstSentence(comment: string | null): string {
  return comment === null ? '' : (comment.replaceAll('\n', ' ').split(/(?<=\.)\s/)[0] ?? '')
}
