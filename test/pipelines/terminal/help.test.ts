import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../../pipelines/program.ts'

/** Every command a user can see, with its path. */
function commandsOf(parent: Command, path = ''): { path: string; command: Command }[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [
      { path: `${path}${command.name()}`, command },
      ...commandsOf(command, `${path}${command.name()} `),
    ])
}

/** What a command's help prints, its examples included. */
function helpOf(command: Command): string {
  const said: string[] = []
  command.configureOutput({ writeOut: (text) => said.push(text) }).outputHelp()
  return said.join('')
}

/** The words of an example, as a shell would hand them on. */
function wordsOf(line: string): string[] {
  const call = line.replace(/^.*?\brollcall /, '').replace(/\s*[>|)].*$/, '')
  return [...call.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

describe.each(commandsOf(createProgram()).map(({ path }) => path))('rollcall %s --help', (path) => {
  const found = () => commandsOf(createProgram()).find((one) => one.path === path)?.command as Command

  it('has an example, and each is one the command line takes', async () => {
    const [, examples = ''] = helpOf(found()).split(/\nExamples?:\n/)
    const lines = examples.trim().split('\n').filter(Boolean)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      const program = createProgram()
      const called: string[] = []
      for (const { path: name, command } of commandsOf(program)) {
        if (command.commands.length > 0) continue
        command
          .exitOverride()
          .configureOutput({ writeErr: () => {} })
          .action(() => void called.push(name))
      }
      await program.parseAsync(wordsOf(line), { from: 'user' })
      expect(called, line).toHaveLength(1)
      expect(called[0]?.startsWith(path), line).toBe(true)
    }
  })

  it('speaks JSON to programs', () => {
    const command = found()
    // A group of commands does nothing itself, and a script for a shell is text.
    if (command.commands.length > 0 || path === 'completion') return
    expect(command.options.map((option) => option.long)).toContain('--json')
  })
})
