import { type Catalogue, dotCommands } from './dotCommands.ts'

/** Words of SQL that begin a clause; functions are too many to be of help. */
const keywords = [
  ...['select', 'distinct', 'from', 'where', 'group by', 'having', 'order by', 'limit', 'join', 'left join'],
  ...['using', 'union all', 'with', 'case', 'when', 'then', 'else', 'end', 'and', 'not', 'null', 'between'],
  ...['like', 'ilike', 'count(*)', 'filter', 'qualify', 'describe', 'summarize'],
]

/**
 * What the word at the end of a line may become, as node:readline wants it: tables and views, with their schema or
 * without, columns of the tables the text names (of all where it names none), keywords and dot commands.
 *
 * @param before lines of the statement typed already
 */
export function complete(
  line: string,
  before: string,
  { relations, examples }: Catalogue,
): [string[], string] {
  const dotted = /^\s*(\.\w*)$/.exec(line)
  if (dotted?.[1] !== undefined)
    return matching(
      dotted[1],
      Object.keys(dotCommands).map((command) => command.split(' ')[0] as string),
    )
  const named = /^\s*\.(schema|example)\s+(\S*)$/.exec(line)
  if (named !== null) {
    const tables = relations.flatMap(({ schema, name }) => [name, `${schema}.${name}`])
    return matching(named[2] ?? '', named[1] === 'example' ? examples.map(({ name }) => name) : tables)
  }
  const word = /[\w.]*$/.exec(line)?.[0] ?? ''
  const text = `${before} ${line}`
  const used = relations.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(text))
  const columns = (used.length > 0 ? used : relations.filter(({ schema }) => schema === 'marts')).flatMap(
    (relation) => relation.columns.map(({ name }) => name),
  )
  const point = word.lastIndexOf('.')
  if (point >= 0) {
    const qualifier = word.slice(0, point)
    const inSchema = relations
      .filter(({ schema }) => schema === qualifier)
      .map(({ name }) => `${qualifier}.${name}`)
    return matching(word, inSchema.length > 0 ? inSchema : columns.map((column) => `${qualifier}.${column}`))
  }
  if (word === '') return [[], word]
  const tables = relations.filter(({ schema }) => schema !== 'intermediate').map(({ name }) => name)
  const schemas = relations.map(({ schema }) => `${schema}.`)
  return matching(word, [...tables, ...columns, ...schemas, ...keywords])
}

function matching(word: string, candidates: readonly string[]): [string[], string] {
  const hits = candidates.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()))
  return [[...new Set(hits)].sort(), word]
}
