import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

export interface Document {
  /** Path from the root of the repository. */
  file: string
  text: string
  /** Written by a script, which a test compares with the file. */
  isGenerated: boolean
}

/** README, CONTRIBUTING, CHANGELOG, deploy/README and everything in docs/. */
export async function readDocuments(): Promise<Document[]> {
  const guides = (await readdir(path.join(root, 'docs'))).filter((name) => name.endsWith('.md')).sort()
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'deploy/README.md',
    ...guides.map((name) => `docs/${name}`),
  ]
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(root, file), 'utf8')
      return { file, text, isGenerated: text.startsWith('<!-- Written by ') }
    }),
  )
}

/** A command as a document shows it, and where. */
export interface ShownCommand {
  file: string
  /** Without a prompt, comment and line continuations. */
  line: string
  /** In a block that can be copied, rather than in a sentence. */
  isBlock: boolean
}

/** Lines of ```sh and ```console blocks (in the latter only what follows `$ `), and code in sentences. */
export function shownCommands({ file, text }: Document): ShownCommand[] {
  const found: ShownCommand[] = []
  const prose = text.replaceAll(/^( *)```(\w*)\n([\s\S]*?)^\1```/gm, (_, _indent, language, block) => {
    const joined = String(block).replaceAll(/\\\n\s*/g, ' ')
    for (const raw of joined.split('\n')) {
      const line = language === 'console' ? (/^\s*\$ (.*)/.exec(raw)?.[1] ?? '') : raw
      const command = line.replace(/(^|\s)#\s.*$/, '').trim()
      if (/^(sh|console)$/.test(language) && command !== '')
        found.push({ file, line: command, isBlock: true })
    }
    return ''
  })
  for (const [, code] of prose.matchAll(/`([^`\n]+)`/g)) {
    if (/^(rollcall|npm run) /.test(code ?? '')) found.push({ file, line: code as string, isBlock: false })
  }
  return found
}

/** Words of a shell line with quotes taken away; stops at a pipe, a redirection or `&&`, and gives what follows too. */
export function splitCommands(line: string): string[][] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(&&|\|\||[|;<>])|([^\s"'|;<>&]+)/g)]
  const commands: string[][] = [[]]
  for (const [, double, single, operator, bare] of words) {
    if (operator !== undefined) commands.push([])
    else commands.at(-1)?.push(double ?? single ?? bare ?? '')
  }
  return commands.filter((command) => command.length > 0)
}

/** The arguments of rollcall in a command, or null where it is another program. */
export function rollcallArguments(words: readonly string[]): string[] | null {
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word))
  const [program, ...rest] = words.slice(start)
  if (program === 'rollcall') return rest
  if (program !== 'npm' || rest[0] !== 'run') return null
  const [script, ...after] = rest.slice(1).filter((word) => word !== '--silent')
  const given = after[0] === '--' ? after.slice(1) : after
  if (script === 'rollcall') return given
  return script === 'demo' ? ['demo', ...given] : null
}
