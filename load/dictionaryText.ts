import type { DictionaryColumn, Relation } from './dictionary.ts'

/** The command that writes the file; also named in it. */
const command = 'npm run docs:dictionary'

/** The dictionary as Markdown: the diagram, then the views, the tables and what rollcall keeps for itself. */
export function dictionaryText(relations: readonly Relation[]): string {
  const views = relations.filter(({ kind }) => kind === 'view')
  const tables = relations.filter(({ kind, name }) => kind === 'table' && isForReaders(name))
  const own = relations.filter(({ kind, name }) => kind === 'table' && !isForReaders(name))
  return [
    `<!-- Written by ${command} from the comments in the schema. Do not edit. -->`,
    '# Data dictionary',
    'Every table, view and column of the warehouse, as the comments in the database say it. Times are `timestamptz` ' +
      'in UTC. Durations are whole seconds, unless the name or the text says minutes or hours. Columns marked ' +
      '● hold names, addresses or what people typed: a reader made by `rollcall warehouse grant` does not see them ' +
      'unless it is granted `--with-personal-data`.',
    contents('Views', views),
    contents('Tables', tables),
    '## Diagram',
    'Lines are foreign keys: one row on the side of `||` (or none, on the side of `|o`), any number on the other.',
    `\`\`\`mermaid\n${diagram(tables)}\n\`\`\``,
    ...[...views, ...tables].map((relation) => section(relation, '##')),
    '## Kept by rollcall for itself',
    ...own.map((relation) => section(relation, '###')),
    '',
  ].join('\n\n')
}

/** Tables and foreign keys as a mermaid erDiagram. */
export function diagram(tables: readonly Relation[]): string {
  const lines = ['erDiagram']
  for (const { name, columns, key } of tables) {
    lines.push(`    ${name} {`)
    for (const column of columns) {
      const marks = [key.includes(column.name) && 'PK', column.references !== null && 'FK'].filter(Boolean)
      if (marks.length > 0) lines.push(`        ${word(column.type)} ${column.name} ${marks.join(', ')}`)
    }
    lines.push('    }')
  }
  for (const { name, columns } of tables) {
    for (const column of columns.filter(({ references }) => references !== null)) {
      lines.push(`    ${column.references} ${column.isNullable ? '|o' : '||'}--o{ ${name} : ${column.name}`)
    }
  }
  return lines.join('\n')
}

function isForReaders(name: string): boolean {
  return !name.startsWith('rollcall_') || name === 'rollcall_runs'
}

function contents(title: string, relations: readonly Relation[]): string {
  const lines = relations.map(
    ({ name, comment }) => `- [\`${name}\`](#${name}): ${escaped(firstSentence(comment))}`,
  )
  return `## ${title}\n\n${lines.join('\n')}`
}

function section({ name, comment, columns, key }: Relation, level: '##' | '###'): string {
  const rows = columns.map((column) => {
    const nulls = key.includes(column.name) ? 'key' : column.isNullable ? 'may be null' : ''
    return `| ${column.isPersonal && isForReaders(name) ? '● ' : ''}\`${column.name}\` | ${column.type} | ${nulls} | ${meaning(column)} |`
  })
  return [
    `${level} ${name}`,
    '',
    escaped(comment),
    '',
    '| column | type | | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function meaning({ comment, references }: DictionaryColumn): string {
  const target = references === null ? '' : ` → [\`${references}\`](#${references})`
  return `${escaped(comment)}${target}`
}

function firstSentence(text: string): string {
  return /^.*?[.](?= [A-Z]|$)/s.exec(text)?.[0] ?? text
}

/** Mermaid wants a type to be one word. */
function word(type: string): string {
  return type.replaceAll(/[^a-z0-9]+/g, '_').replace(/_$/, '')
}

/** Comments are prose, not Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[|<>*_`]/g, '\\$&')
}
