import type { Argument, Command, Option } from 'commander'
import { exitCodes } from '../cliError.ts'
import { hints } from '../config.ts'

/** The command that writes the file; also named in it. */
const command = 'npm run docs:reference'

/** Options that every command has are explained once. */
const commonFlags: ReadonlySet<string> = new Set(['--data-dir', '--json', '--quiet', '--debug'])

/** What each code says to a scheduler; a test wants one for every code. */
export const exitMeanings: Readonly<Record<string, string>> = {
  done: 'done, and everything is complete',
  failed: 'failed; the message says what, on what, and what to do',
  usage: 'wrong usage or configuration',
  incomplete: 'done, but something is not complete: `rollcall verify` says what',
  busy: 'another rollcall is working in the data folder: nothing was done, nothing is wrong',
}

/** All commands with their arguments and options, the exit codes and the environment, as Markdown. */
export function commandsText(program: Command): string {
  const commands = leaves(program)
  const common = commands.flatMap((one) => one.options).filter(isCommon)
  return [
    `<!-- Written by ${command} from the command line itself. Do not edit. -->`,
    '# Commands',
    'Run them as `npm run rollcall -- COMMAND`, or as `rollcall COMMAND` where the package is linked (`npm link`).',
    commands.map((one) => `- [\`${nameOf(one)}\`](#${anchorOf(one)}): ${one.description()}`).join('\n'),
    'Every command has these options:',
    table(
      ['option', 'meaning'],
      [...new Map(common.map((option) => [option.flags, option])).values()].map(optionRow),
    ),
    ...commands.map(section),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      Object.entries(exitCodes).map(([name, code]) => [String(code), exitMeanings[name] ?? name]),
    ),
    '## Environment',
    'From the environment or from a file `.env` in the working folder; the environment wins. An empty value counts as absent.',
    table(
      ['variable', 'value'],
      Object.entries(hints).map(([name, hint]) => [`\`${name}\``, hint]),
    ),
    '',
  ].join('\n\n')
}

/** The commands that do something, each below its parents. */
export function leaves(parent: Command): Command[] {
  return parent.commands
    .filter((one) => one.name() !== 'help' && !isHidden(one))
    .flatMap((one) => (one.commands.length === 0 ? [one] : leaves(one)))
}

/** `rollcall warehouse grant` and so on. */
export function nameOf(one: Command): string {
  return one.parent === null ? one.name() : `${nameOf(one.parent)} ${one.name()}`
}

// Commander keeps it without a getter.
const isHidden = (one: Command): boolean => (one as Command & { _hidden?: boolean })._hidden === true

const isCommon = (option: Option): boolean => commonFlags.has(option.long ?? '')

const anchorOf = (one: Command): string => nameOf(one).replaceAll(' ', '-')

function section(one: Command): string {
  const args = one.registeredArguments
  const options = one.options.filter((option) => !isCommon(option) && !option.hidden)
  return [
    `## ${nameOf(one)}`,
    `\`${[nameOf(one), ...args.map(argumentText), '[options]'].join(' ')}\``,
    sentence(one.description()),
    ...(args.length === 0 ? [] : [table(['argument', 'meaning'], args.map(argumentRow))]),
    ...(options.length === 0 ? [] : [table(['option', 'meaning'], options.map(optionRow))]),
  ].join('\n\n')
}

function argumentText(argument: Argument): string {
  const name = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`
  return argument.required ? name : `[${name}]`
}

function argumentRow(argument: Argument): string[] {
  return [`\`${argumentText(argument)}\``, escaped(argument.description)]
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`
  const initial = option.defaultValue === undefined ? '' : ` (default: ${String(option.defaultValue)})`
  const required = option.mandatory ? ' (required)' : ''
  return [`\`${option.flags}\``, `${escaped(option.description)}${choices}${initial}${required}`]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const escaped = (text: string): string => text.replaceAll(/[|<>*_]/g, '\\$&')
