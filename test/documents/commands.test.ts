import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../pipelines/cliError.ts'
import { hints } from '../../pipelines/config.ts'
import { commandsText, exitMeanings, leaves, nameOf } from '../../pipelines/documents/commandsText.ts'
import { questionsText } from '../../pipelines/documents/questionsText.ts'
import { scopesText } from '../../pipelines/documents/scopesText.ts'
import { createProgram } from '../../pipelines/program.ts'
import {
  type Document,
  readDocuments,
  rollcallArguments,
  root,
  type ShownCommand,
  shownCommands,
  splitCommands,
} from './markdown.ts'

let documents: Document[]
let shown: ShownCommand[]

beforeAll(async () => {
  documents = await readDocuments()
  // The reference is compared with the command line as a whole.
  shown = documents.filter(({ file }) => file !== 'docs/commands.md').flatMap(shownCommands)
})

describe('what is written by a script', () => {
  it.each([
    ['commands.md', async () => commandsText(createProgram())],
    ['questions.md', questionsText],
    ['scopes.md', async () => scopesText()],
  ])('docs/%s is up to date; npm run docs:reference writes it anew', async (name, text) => {
    expect(await readFile(path.join(root, 'docs', name), 'utf8')).toBe(await text())
  })
})

describe('a command in a document', () => {
  it('is one that the command line takes, with its options and values', () => {
    const calls = shown.flatMap(({ file, line, isBlock }) =>
      splitCommands(line).flatMap((words) => {
        const args = rollcallArguments(words)
        return args === null ? [] : [{ where: `${file}: ${line}`, args: args.map(valueFor), isBlock }]
      }),
    )
    expect(calls.length).toBeGreaterThan(60)
    const refused = calls.flatMap(({ where, args, isBlock }) => {
      const refusal = refusalOf(args.filter((word) => !openEnds.has(word)))
      // A sentence may name a command without its arguments; a block is there to be copied.
      const isMention = !isBlock && /missing required argument|required option/.test(refusal ?? '')
      return refusal === null || isMention ? [] : [`${where}: ${refusal}`]
    })
    expect(refused).toEqual([])
  })

  it('of npm is a script of package.json', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    const used = shown.flatMap(({ file, line }) =>
      splitCommands(line)
        .filter(([program, verb]) => program === 'npm' && verb === 'run')
        .map((words) => ({ file, script: words.slice(2).find((word) => !word.startsWith('-')) })),
    )
    expect(used.length).toBeGreaterThan(5)
    expect(used.filter(({ script }) => scripts[script ?? ''] === undefined)).toEqual([])
  })
})

describe('a command of the command line', () => {
  it('is explained in a text that people wrote', () => {
    const prose = documents.filter(({ isGenerated }) => !isGenerated)
    const named = prose.flatMap(shownCommands).flatMap(({ line }) =>
      splitCommands(line).flatMap((words) => {
        const args = rollcallArguments(words)
        return args === null ? [] : [`rollcall ${args.join(' ')} `]
      }),
    )
    const silent = leaves(createProgram())
      .map(nameOf)
      .filter((name) => !named.some((line) => line.startsWith(`${name} `)))
    expect(silent).toEqual([])
  })

  it('that ends with a code ends with one that is explained', () => {
    expect(Object.keys(exitCodes).filter((name) => exitMeanings[name] === undefined)).toEqual([])
  })
})

describe('an environment variable', () => {
  const pattern = /\b(ZOOM|ROLLCALL)_[A-Z_]+\b|\bDATABASE_URL\b/g

  it('in a document is one that rollcall or its schedule reads', async () => {
    const schedule = await readFile(path.join(root, 'deploy/daily.sh'), 'utf8')
    const ofSchedule = [...schedule.matchAll(pattern)].map(([name]) => name)
    const named = documents.flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map(([name]) => ({ file, name })),
    )
    expect(named.filter(({ name }) => !(name in hints) && !ofSchedule.includes(name))).toEqual([])
  })

  it('that the schedule reads is in a text that people wrote', async () => {
    const schedule = await readFile(path.join(root, 'deploy/daily.sh'), 'utf8')
    const prose = documents
      .filter(({ isGenerated }) => !isGenerated)
      .map(({ text }) => text)
      .join('\n')
    expect(
      [...schedule.matchAll(pattern)].map(([name]) => name).filter((name) => !prose.includes(name)),
    ).toEqual([])
  })

  it('that rollcall reads is in a text that people wrote', () => {
    const prose = documents
      .filter(({ isGenerated }) => !isGenerated)
      .map(({ text }) => text)
      .join('\n')
    expect(Object.keys(hints).filter((name) => !prose.includes(name))).toEqual([])
  })
})

/** Words that stand for any command, or for any more of a line. */
const openEnds: ReadonlySet<string> = new Set(['COMMAND', '…'])

/** A value of the right form for what a document leaves open. */
function valueFor(word: string): string {
  const values: Record<string, string> = {
    ID: '91234567890',
    'ID…': '91234567890',
    ZONE: 'Europe/Berlin',
    TOOL: 'psql',
    DATE: '2026-05-01',
    NUMBER: '1',
    NAME: 'regulars',
    FORMAT: 'csv',
    SHARE: '70%',
    SHELL: 'bash',
  }
  return values[word] ?? word
}

/** Why the command line refuses these arguments; null where it takes them. Nothing is run. */
function refusalOf(args: readonly string[]): string | null {
  const program = createProgram()
  let said = ''
  const still = (command: Command) => {
    command.action(() => undefined)
    command.configureOutput({ writeOut: () => undefined, writeErr: (text) => (said += text) })
    command.commands.forEach(still)
  }
  still(program)
  // A command with subcommands does nothing by itself: naming it alone is a mention.
  const group = program.commands.find((command) => command.name() === args[0] && command.commands.length > 0)
  if (args.length === 0 || (group !== undefined && args.length === 1)) return null
  try {
    program.parse(args, { from: 'user' })
    return null
  } catch (error) {
    const { code } = error as { code?: string }
    return code === 'commander.helpDisplayed' || code === 'commander.version' ? null : said.trim()
  }
}
