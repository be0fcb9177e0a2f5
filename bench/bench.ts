import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readmeSection } from './readme.ts'
import { addResults, readResults } from './results.ts'
import { rows } from './rows.ts'
import { type RowResult, runRow } from './runRow.ts'
import { terminalTable } from './table.ts'

/**
 * What rollcall costs beside what it would cost at least:
 * `npm run bench -- [ROW…] [--scale small|full] [--size ROW=N…] [--repeat 3] [--folder DIR] [--json FILE] [--markdown]`.
 * The results are merged into the file; `--markdown` measures nothing and writes them into the README. Exit code 1
 * where a goal is missed at full scale.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: 'full' },
    size: { type: 'string', multiple: true, default: [] },
    repeat: { type: 'string', default: '3' },
    folder: { type: 'string' },
    json: { type: 'string', default: join(import.meta.dirname, 'results', 'latest.json') },
    markdown: { type: 'boolean', default: false },
  },
})

if (values.markdown) {
  const readme = join(import.meta.dirname, '..', 'README.md')
  await writeFile(readme, readmeSection(await readFile(readme, 'utf8'), await readResults(values.json)))
} else {
  await measure()
}

async function measure(): Promise<void> {
  const scale = oneOf(['small', 'full'] as const, values.scale)
  const sizes = new Map(values.size.map((text) => sizeOf(text)))
  const names =
    positionals.length > 0 ? positionals : Object.keys(rows).filter((name) => !rows[name]?.isByHand)
  for (const name of [...names, ...sizes.keys()]) oneOf(Object.keys(rows), name)
  const results: RowResult[] = []
  for (const name of names) {
    const row = rows[name] as (typeof rows)[string]
    const size = sizes.get(name) ?? row.sizes[scale]
    const result = await runRow(name, row, {
      size,
      repeats: wholeNumber(values.repeat),
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

function sizeOf(text: string): [string, number] {
  const [name = '', size = ''] = text.split('=')
  return [name, wholeNumber(size)]
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`Expected a whole number above 0, got "${text}".`)
  return Number(text)
}

function oneOf<const T extends string>(allowed: readonly T[], text: string): T {
  const found = allowed.find((one) => one === text)
  if (found === undefined) throw new Error(`Expected one of ${allowed.join(', ')}, got "${text}".`)
  return found
}
