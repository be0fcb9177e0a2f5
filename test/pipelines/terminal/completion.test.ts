import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * The scripts are run by the shells they are for. A shell that is not installed cannot be asked; its test is skipped
 * and says so.
 */

const entry = fileURLToPath(new URL('../../../bin/rollcall.js', import.meta.url))
const shells = { bash: has('bash'), zsh: has('zsh'), fish: has('fish') }

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0
}

let folder: string
const scripts = { bash: '', zsh: '', fish: '' }
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-completion-'))
  await writeFile(path.join(folder, 'report.csv'), '')
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const { stdout } = spawnSync(process.execPath, [entry, 'completion', shell], { encoding: 'utf8' })
    scripts[shell] = path.join(folder, shell)
    await writeFile(scripts[shell], stdout)
  }
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a text of a shell in which `rollcall` is the one of these sources. */
function run(shell: string, text: string): string {
  const call =
    shell === 'fish'
      ? `function rollcall; '${process.execPath}' '${entry}' $argv; end`
      : `rollcall() { '${process.execPath}' '${entry}' "$@"; }`
  const { stdout, stderr } = spawnSync(shell, ['-c', `${call}\n${text}`], { encoding: 'utf8', cwd: folder })
  expect(stderr).toBe('')
  return stdout
}

describe('completion', () => {
  it.skipIf(!shells.bash)(
    'bash completes commands, options, their values and files',
    { timeout: 120_000 },
    () => {
      const lines = [
        ['rollcall', 'sy'],
        ['rollcall', 'warehouse', ''],
        ['rollcall', 'sync', '--fu'],
        ['rollcall', 'report', '--format', 'x'],
        ['rollcall', 'import', ''],
      ]
      const asked = lines.map(
        (words) =>
          `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); __rollcall_complete; echo "\${COMPREPLY[*]}"`,
      )
      const text = `compopt() { :; }\nsource '${scripts.bash}'\n${asked.join('\n')}\ncomplete -p rollcall`
      const found = run('bash', text).trimEnd().split('\n')
      expect(found[0]).toBe('sync')
      expect(found[1]?.split(' ')).toEqual(expect.arrayContaining(['start', 'stop', 'url']))
      expect(found.slice(2, 4)).toEqual(['--full', 'xlsx'])
      // Nothing of ours, and bash goes on with files.
      expect(found[4]).toBe('')
      expect(found[5]).toBe('complete -o default -F __rollcall_complete rollcall')
    },
  )

  it.skipIf(!shells.zsh)('zsh takes the script (skipped where zsh is not installed)', () => {
    expect(run('zsh', `autoload -U compinit; compinit -u -D; source '${scripts.zsh}'; echo taken`)).toBe(
      'taken\n',
    )
  })

  it.skipIf(!shells.fish)('fish completes commands (skipped where fish is not installed)', () => {
    expect(run('fish', `source '${scripts.fish}'; complete -C 'rollcall sy'`)).toMatch(/^sync\b/)
  })
})
