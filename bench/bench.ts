import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { readmeSection } from './readme.ts'
import { addResults, readResults } from './results.ts'
import { rows } from './rows.ts'
import { type RowResult, runRow } from './runRow.ts'
import { terminalTable } from './table.ts'

const program = new Command('npm run bench --')
  .description(
    'What rollcall costs beside what it would cost at least. Results are merged into a file. Ends with 1 where a goal is missed at full scale.',
  )
  .addArgument(
    new Argument('[rows...]', 'what to measure; all that do not take hours').choices(Object.keys(rows)),
  )
  .addOption(new Option('--scale <scale>', 'how large').choices(['small', 'full'] as const).default('full'))
  .addOption(
    new Option('--size <row=n>', 'how large one row is; may be given again')
      .argParser(sizeOf)
      .default(new Map<string, number>(), 'by scale'),
  )
  .option('--repeat <times>', 'the best of so many', wholeNumber, 3)
  .option('--folder <dir>', 'where what is measured is written; a folder for temporary files')
  .option('--json <file>', 'where results go', join(import.meta.dirname, 'results', 'latest.json'))
  .option('--markdown', 'measure nothing, and write the results into the README')
  .parse()
const values = program.opts<{
  scale: 'small' | 'full'
  size: Map<string, number>
  repeat: number
  folder?: string
  json: string
  markdown?: boolean
}>()

if (values.markdown) {
  const readme = join(import.meta.dirname, '..', 'README.md')
  await writeFile(readme, readmeSection(await readFile(readme, 'utf8'), await readResults(values.json)))
} else {
  await measure()
}

async function measure(): Promise<void> {
  const { scale, size: sizes } = values
  const names =
    program.args.length > 0 ? program.args : Object.keys(rows).filter((name) => !rows[name]?.isByHand)
  const results: RowResult[] = []
  for (const name of names) {
    const row = rows[name] as (typeof rows)[string]
    const size = sizes.get(name) ?? row.sizes[scale]
    const result = await runRow(name, row, {
      size,
      repeats: values.repeat,
      folder: values.folder,
      onStep: (step) => process.stderr.write(`${name}: ${step}\n`),
    })
    results.push(result)
    await addResults(values.json, scale, [result])
  }
  process.stdout.write(`${terminalTable(results)}\n`)
  const isMissed = results.some(({ checks }) => checks.some((check) => !check.isMet))
  if (scale === 'full' && isMissed) process.exitCode = 1
}

function sizeOf(text: string, given: ReadonlyMap<string, number>): Map<string, number> {
  const [name = '', size = ''] = text.split('=')
  if (rows[name] === undefined) {
    throw new InvalidArgumentError(`There is no row ${name}, only ${Object.keys(rows).join(', ')}.`)
  }
  return new Map([...given, [name, wholeNumber(size)]])
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number above 0.')
  return Number(text)
}
