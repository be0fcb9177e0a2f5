import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** The command that writes the file; also named in it. */
const command = 'npm run docs:reference'

const folder = path.join(import.meta.dirname, '../../sql/questions')

/** The questions people ask with their answers as SQL for Postgres, as Markdown. @throws where a file is missing */
export async function questionsText(): Promise<string> {
  const files = (await readdir(path.join(folder, 'warehouse'))).sort()
  const questions = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(folder, 'warehouse', file), 'utf8')
      const question = /^-- (.*)\n/.exec(text)?.[1] ?? ''
      return { file, name: path.basename(file, '.sql'), question, sql: text.trimEnd() }
    }),
  )
  return [
    `<!-- Written by ${command} from sql/questions/. Do not edit. -->`,
    '# Questions people ask',
    'Each is a file of SQL twice over: in [`sql/questions/warehouse/`](../sql/questions/warehouse/) for Postgres, shown ' +
      'below, and in [`sql/questions/catalog/`](../sql/questions/catalog/) for the catalog, that is DuckDB over the raw ' +
      'files. A test asks both of the same account and wants the same rows from both.',
    questions.map(({ name, question }) => `- [${question}](#${name})`).join('\n'),
    ...questions.map(({ file, name, question, sql }) =>
      [
        `## ${name}`,
        `${question} For the catalog: [\`${file}\`](../sql/questions/catalog/${file}).`,
        `\`\`\`sql\n${sql.replace(/^-- .*\n/, '')}\n\`\`\``,
      ].join('\n\n'),
    ),
    '',
  ].join('\n\n')
}
