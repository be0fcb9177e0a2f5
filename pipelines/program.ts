import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { DateTime } from 'luxon'
import type { QuotaCap } from '../extract/zoom/plans.ts'
import { biTools } from './biTools.ts'
import { addExamples } from './examples.ts'
import { softwareVersion } from './softwareVersion.ts'

/** The command line as a commander program; each action imports its command when it runs. */
export function createProgram(): Command {
  const program = new Command('rollcall')
    .description(
      'Every attendance record of a Zoom account, in a warehouse, with proof that none is missing.',
    )
    .version(softwareVersion)
    .showHelpAfterError('(rollcall --help lists the commands)')
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })

  published(narrowed(command(program, 'sync', 'bring the warehouse up to date: extract, transform, load')))
    .option('--full', 'the whole history Zoom keeps, not only what is new or unsettled')
    .action(async (options) => (await import('./commands/sync.ts')).sync(options))

  narrowed(command(program, 'extract', 'read Zoom into the raw zone, nothing else'))
    .option('--full', 'the whole history Zoom keeps, not only what is new or unsettled')
    .action(async (options) => (await import('./commands/extract.ts')).extractCommand(options))

  command(program, 'transform', 'build the models over the raw zone into the catalog')
    .option('--full', 'build everything, also where building what is new would do')
    .option('--learn', 'first learn the weights of likeness from this account, and keep them')
    .action(async (options) => (await import('./commands/transform.ts')).transformCommand(options))

  published(command(program, 'load', 'publish the catalog to Postgres')).action(async (options) =>
    (await import('./commands/load.ts')).loadCommand(options),
  )

  published(command(program, 'import', "bring in attendee reports exported from Zoom's portal (CSV)"))
    .argument('<file...>', 'attendee reports')
    .requiredOption(
      '--timezone <zone>',
      'time zone of the times in the files, for example America/New_York',
      timezone,
    )
    .option('--account <id>', 'Zoom account the reports are from (default: ZOOM_ACCOUNT_ID, else "local")')
    .option('--raw-only', 'stop after the raw zone; transform and load later')
    .action(async (files, options) => (await import('./commands/import.ts')).importCommand(files, options))

  command(program, 'status', 'the last runs, what is known, and what is not complete').action(
    async (options) => (await import('./commands/status.ts')).status(options),
  )

  command(program, 'verify', 'what Zoom has against what was captured: what is missing, why, and what to do')
    .option('--html <file>', 'also write it as a page to send to somebody')
    .action(async (options) => (await import('./commands/verify.ts')).verify(options))

  command(program, 'doctor', 'whether everything works, what does not, and what to do about it').action(
    async (options) => (await import('./commands/doctor.ts')).doctor(options),
  )

  command(program, 'sql', 'ask the catalog a question')
    .argument('[query]', 'SQL, or .tables, .schema, .examples; without it, a prompt on a terminal')
    .option('--file <file>', 'the SQL is in this file; - is standard input')
    .option('--example <name>', 'answer one of the questions that .examples lists')
    .addOption(
      new Option('--format <format>', 'how rows are written').choices([
        'table',
        'csv',
        'json',
        'ndjson',
        'parquet',
      ]),
    )
    .option('--out <file>', 'write the rows to this file; its ending names the format')
    .action(async (query, options) => (await import('./commands/sql.ts')).sql(query, options))

  command(program, 'report', 'the attendance of a webinar: who came, how long, and who did not')
    .argument(
      '[webinar]',
      'numeric id, part of its topic, or uuid of an instance (default: the last instance)',
    )
    .option('--all', 'all instances of the webinar, not only its last')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'csv', 'xlsx', 'html']))
    .option('--out <file>', 'write it to this file; its ending names the format')
    .option('--timezone <zone>', "time zone of the times (default: the webinar's)", timezone)
    .action(async (webinar, options) => (await import('./commands/report.ts')).report(webinar, options))

  command(program, 'explain', 'why a participant is one person: its rows, keys, links and weights')
    .argument('<participant>', 'id of a participant, as in zoom_participants')
    .action(async (participant, options) =>
      (await import('./commands/explain.ts')).explain(participant, options),
    )

  // Without options of its own: it would take those of its subcommands away from them.
  warehouseCommands(
    program
      .command('warehouse')
      .description('the Postgres that BI tools read: its server, its address, its readers'),
  )

  command(program, 'correct', 'decide who is one and who is not; without a file, what became of it')
    .argument('[file]', 'CSV with the columns decision,one,other,why; it replaces earlier decisions')
    .option('--check', 'only see whether the file can be taken')
    .action(async (file, options) => (await import('./commands/correct.ts')).correct(file, options))

  command(program, 'dashboard', 'the warehouse as a page: who came, when, for how long')
    .option('--port <number>', 'port on this machine (default: a free one)', portNumber)
    .option('--open', 'also open it in the browser')
    .option('--out <folder>', 'write it as static files with aggregates only, nobody named, to host anywhere')
    .action(async (options) => (await import('./commands/dashboard.ts')).dashboard(options))

  command(program, 'demo', 'the whole pipeline on a bundled Zoom account that does not exist')
    .addOption(
      new Option('--scale <scale>', 'size of the account')
        .choices(['tiny', 'demo', 'headline'])
        .default('demo'),
    )
    .option('--seed <number>', 'which account', wholeNumber, 1)
    .action(async (options) => (await import('./commands/demo.ts')).demo(options))

  program
    .command('completion')
    .description('the script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async (shell) => (await import('./commands/completion.ts')).completion(shell, program))
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words) => (await import('./commands/completion.ts')).suggest(words, program))

  addExamples(program)
  return program
}

function warehouseCommands(warehouse: Command): void {
  command(warehouse, 'start', 'start the embedded Postgres and leave it running').action(async (options) =>
    (await import('./commands/warehouse.ts')).warehouseStart(options),
  )
  command(warehouse, 'stop', 'stop the embedded Postgres').action(async (options) =>
    (await import('./commands/warehouse.ts')).warehouseStop(options),
  )
  command(warehouse, 'url', 'print its address, to paste into a BI tool')
    .addOption(new Option('--for <tool>', 'as the fields of this tool').choices(biTools))
    .option('--role <role>', 'for this reader, see warehouse grant')
    .action(async (options) => (await import('./commands/warehouse.ts')).warehouseUrl(options))
  command(warehouse, 'grant', 'make a role that reads the warehouse and cannot change it, or update one')
    .argument('<role>', 'name of the role')
    .option('--with-personal-data', 'also names, e-mail addresses and what people typed')
    .option('--password-stdin', 'take the password from standard input (default: generate one, shown once)')
    .option('--new-password', 'generate another password for a role that has one')
    .option('--connection-limit <number>', 'connections open at once (default: 10)', wholeNumber)
    .action(async (role, options) =>
      (await import('./commands/warehouseGrant.ts')).warehouseGrant(role, options),
    )
  command(warehouse, 'revoke', 'take a role back that warehouse grant made')
    .argument('<role>', 'name of the role')
    .action(async (role, options) =>
      (await import('./commands/warehouseGrant.ts')).warehouseRevoke(role, options),
    )
}

function command(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--data-dir <folder>', 'where files are kept (default: ROLLCALL_DATA_DIR, else ./data)')
    .option('--json', 'one JSON document on standard output, for programs')
    .option('--quiet', 'only warnings and errors')
    .option('--debug', 'errors with their stack')
}

function narrowed(parent: Command): Command {
  return parent
    .option('--since <date>', 'only instances that started on or after this day (UTC)', day)
    .option('--until <date>', 'only instances that started before the end of this day (UTC)', dayEnd)
    .option('--webinar <id...>', 'only these webinars, by numeric id', webinarId)
    .option(
      '--settle-days <days>',
      'days after its end from which one reading of an instance is final (default: 7)',
      wholeNumber,
    )
    .option(
      '--confirm-minutes <minutes>',
      'two equal readings this far apart settle an instance earlier (default: 60)',
      wholeNumber,
    )
    .option(
      '--dry-run',
      'print what would be read and what it costs; instances are looked for, nothing is captured',
    )
    .option(
      '--quota <share>',
      "how much of the day's quota of heavy requests all runs of today may use: 70% of it, or a number",
      quota,
    )
}

function published(parent: Command): Command {
  return parent
    .option('--allow-empty', 'publish an empty catalog too, which empties the warehouse')
    .option('--take-over', 'publish also where another data folder published last, and replace what it did')
}

function day(value: string): Date {
  const parsed = DateTime.fromISO(value, { zone: 'utc' })
  if (!parsed.isValid) throw new InvalidArgumentError('Expected a day such as 2026-05-01.')
  return parsed.startOf('day').toJSDate()
}

function dayEnd(value: string): Date {
  return DateTime.fromJSDate(day(value), { zone: 'utc' }).endOf('day').toJSDate()
}

function webinarId(value: string, earlier: number[] | undefined): number[] {
  const digits = value.replaceAll(/[\s-]/g, '')
  if (!/^\d{9,15}$/.test(digits)) {
    throw new InvalidArgumentError('Expected a numeric webinar id such as 912 3456 7890.')
  }
  return [...(earlier ?? []), Number(digits)]
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(value)
}

function quota(value: string): QuotaCap {
  const share = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(value)
  if (share !== null && Number(share[1]) > 0 && Number(share[1]) <= 100) {
    return { share: Number(share[1]) / 100 }
  }
  if (/^[1-9]\d{0,8}$/.test(value)) return { requests: Number(value) }
  throw new InvalidArgumentError('Expected a share such as 70%, or a number of requests such as 20000.')
}

function portNumber(value: string): number {
  const port = wholeNumber(value)
  if (port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.')
  return port
}

function timezone(value: string): string {
  if (!DateTime.local({ zone: value }).isValid) {
    throw new InvalidArgumentError('Expected an IANA time zone such as Europe/Berlin.')
  }
  return value
}
