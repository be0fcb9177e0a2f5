import { parseArgs } from 'node:util'
import { defaultThreshold } from '../transform/likeness.ts'
import { modelAccount } from './identity/account.ts'
import { type IdentityScores, type Score, scoreIdentity } from './identity/score.ts'

/**
 * How well rows are told apart into participants and participants into people, by kind of case, beside simpler rules:
 * `npm run bench:identity -- [--scale tiny|demo|<participants>] [--seed 1] [--ambiguity 0.3] [--threshold 0.95] [--json]`.
 * The rates of confidence were counted on seeds 1 to 3, so other seeds check them. Without `--ambiguity`: the ordinary account (0) and one with cases that rules cannot surely decide (0.3).
 */
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: 'demo' },
    seed: { type: 'string', default: '1' },
    ambiguity: { type: 'string', multiple: true, default: ['0', '0.3'] },
    threshold: { type: 'string', default: String(defaultThreshold) },
    json: { type: 'boolean', default: false },
  },
})
const scale = /^\d+$/.test(values.scale)
  ? Number(values.scale)
  : (values.scale as 'tiny' | 'demo' | 'headline')

const results: ({ ambiguity: number; transformSeconds: number } & IdentityScores)[] = []
for (const text of values.ambiguity) {
  const ambiguity = Number(text)
  const account = await modelAccount(
    { scale, seed: Number(values.seed), ambiguity },
    Number(values.threshold),
  )
  try {
    const scored = await scoreIdentity(account.catalogPath, account.truthPath)
    const result = { ambiguity, transformSeconds: account.transformed.milliseconds / 1000, ...scored }
    results.push(result)
    if (!values.json) show(result)
  } finally {
    await account.close()
  }
}
if (values.json)
  print(
    JSON.stringify(
      { scale, seed: Number(values.seed), threshold: Number(values.threshold), results },
      null,
      2,
    ),
  )

function show(result: (typeof results)[number]): void {
  print(
    `\nscale ${scale}, seed ${values.seed}, ambiguity ${result.ambiguity}, threshold ${values.threshold}: ${result.connections} rows, ` +
      `${result.participants} participants, transform ${result.transformSeconds.toFixed(1)} s`,
  )
  for (const [scope, title] of [
    ['instance', 'rows into participants, within an instance'],
    ['people', 'participants into people, across instances'],
  ] as const) {
    const scores = result.scores.filter((score) => score.scope === scope)
    const methods = [...new Set(scores.map(({ method }) => method))]
    print(`\n${title}: F1 (precision/recall) of pairs, in percent`)
    const lines = [['kind of case', 'pairs', ...methods]]
    for (const segment of segmentsOf(scores)) {
      const own = scores.filter((score) => score.segment === segment)
      lines.push([
        segment,
        String(own[0]?.truePairs),
        ...methods.map((method) => cell(own.find((score) => score.method === method))),
      ])
    }
    printColumns(lines)
  }
  print('\nparticipants by what they say of themselves: share that is exactly right')
  printColumns([
    ['method', 'confidence', 'participants', 'mean', 'right'],
    ...result.reliability.map((line) => [
      line.method,
      line.from.toFixed(1),
      String(line.participants),
      percent(line.meanConfidence),
      percent(line.right),
    ]),
  ])
}

/** Kinds in alphabetical order, then the totals. */
function segmentsOf(scores: readonly Score[]): string[] {
  const totals = ['key_on_a_row', 'no_key_on_any_row', 'all']
  const kinds = [...new Set(scores.map(({ segment }) => segment))].filter((name) => !totals.includes(name))
  return [...kinds.sort(), ...totals.filter((name) => scores.some(({ segment }) => segment === name))]
}

function cell(score: Score | undefined): string {
  if (score === undefined) return ''
  return `${percent(score.f1)} (${percent(score.precision)}/${percent(score.recall)})`
}

function percent(share: number | null): string {
  if (share === null) return '–'
  // A share short of 1 never shows as 100.
  return (Math.floor(share * 1000) / 10).toFixed(1)
}

function printColumns(lines: readonly (readonly string[])[]): void {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  for (const line of lines) {
    const cells = line.map((text, column) =>
      column === 0 ? text.padEnd(widths[column] as number) : text.padStart(widths[column] as number),
    )
    print(`  ${cells.join('  ').trimEnd()}`)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
