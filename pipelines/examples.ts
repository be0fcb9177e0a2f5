import type { Command } from 'commander'

/** For each command what it is called like, as its help shows. A test runs them past the command line's own parser. */
const examples: Readonly<Record<string, readonly string[]>> = {
  sync: [
    'rollcall sync --full --dry-run',
    'rollcall sync --full --quota 70%',
    'rollcall sync --webinar 91234567890 --json',
  ],
  extract: ['rollcall extract --since 2026-05-01 --until 2026-05-31'],
  transform: ['rollcall transform'],
  load: ['rollcall load'],
  import: ['rollcall import reports/*.csv --timezone America/New_York'],
  status: ['rollcall status', 'rollcall status --json'],
  verify: ['rollcall verify', 'rollcall verify --html completeness.html'],
  doctor: ['rollcall doctor'],
  sql: [
    'rollcall sql',
    'rollcall sql "select topic, actual_participant_count from zoom_webinars order by 2 desc limit 5"',
    'rollcall sql "from zoom_participants" --out participants.parquet',
    'rollcall sql .examples',
  ],
  report: [
    'rollcall report',
    'rollcall report "open lesson 4" --out attendance.xlsx',
    'rollcall report 91234567890 --all --format csv',
  ],
  explain: ['rollcall explain 0b4c0c0e-6a5f-4c8e-9d0a-3f1f5a7f2b11'],
  warehouse: ['rollcall warehouse start'],
  'warehouse start': ['rollcall warehouse start'],
  'warehouse stop': ['rollcall warehouse stop'],
  'warehouse url': ['rollcall warehouse url'],
  'warehouse grant': ['rollcall warehouse grant analyst'],
  'warehouse revoke': ['rollcall warehouse revoke analyst'],
  correct: ['rollcall correct decisions.csv --check', 'rollcall correct'],
  dashboard: ['rollcall dashboard --open', 'rollcall dashboard --out public'],
  demo: ['rollcall demo', 'rollcall demo --scale tiny --data-dir ./tiny'],
  completion: [
    'source <(rollcall completion bash)',
    'rollcall completion fish > ~/.config/fish/completions/rollcall.fish',
  ],
}

/** Shows the examples at the end of each command's help. */
export function addExamples(parent: Command, path = ''): void {
  for (const command of parent.commands) {
    const name = `${path}${command.name()}`
    const lines = examples[name]
    if (lines !== undefined)
      command.addHelpText(
        'after',
        `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`,
      )
    addExamples(command, `${name} `)
  }
}
