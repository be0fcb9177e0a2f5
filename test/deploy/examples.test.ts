import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProgram } from '../../pipelines/program.ts'

/*
 * Goal: the examples in deploy/ work as they stand. Method: the script with a rollcall in its place that ends as told,
 * the units by systemd's own check, and every command and option they name looked up in the program.
 */

const deploy = path.join(import.meta.dirname, '../../deploy')
const has = (tool: string, ...args: string[]) => spawnSync(tool, args, { stdio: 'ignore' }).status === 0

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'rollcall-deploy-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('the daily script', () => {
  /** A folder with the script and an `npm` that ends as told. @returns what a run says and ends with */
  async function installed() {
    const bin = path.join(home, 'bin')
    await mkdir(path.join(home, 'deploy'), { recursive: true })
    await mkdir(bin, { recursive: true })
    await cp(path.join(deploy, 'daily.sh'), path.join(home, 'deploy/daily.sh'))
    const npm = `#!/bin/sh
echo "$*" >> ${home}/calls
case "$*" in
*" sync "*) echo '{"status":"x"}'; echo "sync said so" >&2; exit "$SYNC_ENDS" ;;
*" sql "*) echo "$MISSING" ;;
*" verify"*) echo "what is missing"; exit 3 ;;
esac
`
    await writeFile(path.join(bin, 'npm'), npm)
    await chmod(path.join(bin, 'npm'), 0o755)
    return (ends: number, { missing = '[]', alert = '', args = [] as string[] } = {}) => {
      const run = spawnSync('/bin/sh', [path.join(home, 'deploy/daily.sh'), ...args], {
        cwd: '/',
        env: {
          PATH: `${bin}:${process.env.PATH}`,
          SYNC_ENDS: String(ends),
          MISSING: missing,
          ROLLCALL_ALERT: alert,
        },
        encoding: 'utf8',
      })
      return { code: run.status, said: run.stderr, printed: run.stdout }
    }
  }

  it('says nothing when all is there, and hands its options on', async () => {
    const run = await installed()
    expect(run(0, { args: ['--quota', '70%'] })).toEqual({ code: 0, said: '', printed: '' })
    expect(await readFile(path.join(home, 'calls'), 'utf8')).toContain('-- sync --quiet --json --quota 70%')
    expect(await readFile(path.join(home, 'data/schedule/last.json'), 'utf8')).toBe('{"status":"x"}\n')
  })

  it('tells a failure and wrong usage every time, with their code', async () => {
    const run = await installed()
    for (const code of [1, 2, 1]) expect(run(code)).toEqual({ code, said: 'sync said so\n', printed: '' })
  })

  it('tells what is not complete once, and again when it is something else or was complete meanwhile', async () => {
    const run = await installed()
    const told = { code: 3, said: 'sync said so\nwhat is missing\n', printed: '' }
    const silent = { code: 3, said: '', printed: '' }
    expect(run(3, { missing: 'a' })).toEqual(told)
    expect(run(3, { missing: 'a' })).toEqual(silent)
    expect(run(3, { missing: 'a, b' })).toEqual(told)
    expect(run(3, { missing: 'a, b' })).toEqual(silent)
    expect(run(0)).toMatchObject({ code: 0, said: '' })
    expect(run(3, { missing: 'a, b' })).toEqual(told)
  })

  it('is silent about a run that is still at work, until that has lasted a day', async () => {
    const run = await installed()
    expect(run(75)).toEqual({ code: 75, said: '', printed: '' })
    const ended = path.join(home, 'data/schedule/ended')
    const yesterday = Date.now() / 1000 - 25 * 3600
    await utimes(ended, yesterday, yesterday)
    expect(run(75)).toEqual({ code: 75, said: 'sync said so\n', printed: '' })
    expect(run(0)).toMatchObject({ code: 0 })
    expect(run(75)).toMatchObject({ code: 75, said: '' })
  })

  it('gives the text and the code to the command that is named for alerts', async () => {
    const run = await installed()
    const file = path.join(home, 'alerted')
    await writeFile(path.join(home, 'alert.sh'), `echo "code $1" > ${file}; cat >> ${file}`)
    expect(run(1, { alert: `sh ${home}/alert.sh` })).toMatchObject({ code: 1, said: '' })
    expect(await readFile(file, 'utf8')).toBe('code 1\nsync said so\n')
  })
})

describe('the other examples', () => {
  it.skipIf(!has('systemd-analyze', '--version'))(
    'are units that systemd accepts (skipped without systemd)',
    async () => {
      // The paths they name are not on this machine: the same units with ones that are.
      for (const name of await readdir(path.join(deploy, 'systemd'))) {
        const text = await readFile(path.join(deploy, 'systemd', name), 'utf8')
        await writeFile(path.join(home, name), text.replaceAll('/opt/rollcall', path.join(deploy, '..')))
      }
      const units = (await readdir(home)).map((name) => path.join(home, name))
      const checked = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' })
      expect(checked.stderr).not.toMatch(/rollcall/)
      expect(units).toHaveLength(3)
    },
  )

  it.skipIf(!has('python3', '-c', 'import yaml'))('are YAML (skipped without a YAML parser)', () => {
    const read = spawnSync(
      'python3',
      ['-c', 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)'],
      { input: spawnSync('cat', [path.join(deploy, 'github/rollcall.yml')]).stdout, encoding: 'utf8' },
    )
    const workflow = JSON.parse(read.stdout)
    expect(
      workflow.jobs.sync.steps.map((step: { run?: string; uses?: string }) => typeof (step.run ?? step.uses)),
    ).toEqual(Array(5).fill('string'))
    const script = workflow.jobs.sync.steps.find(({ name }: { name?: string }) => name === 'Sync')
      .run as string
    const shell = spawnSync('sh', ['-n'], {
      input: script.replaceAll(/\$\{\{.*?\}\}/g, 'x'),
      encoding: 'utf8',
    })
    expect(shell).toMatchObject({ status: 0, stderr: '' })
  })

  it('name only commands and options that exist', async () => {
    const files = (await readdir(deploy, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    )
    const commands = new Map(createProgram().commands.map((command) => [command.name(), command]))
    let found = 0
    for (const file of files) {
      const text = await readFile(path.join(file.parentPath, file.name), 'utf8')
      for (const [line, name] of text.matchAll(
        /(?:npm run --silent rollcall -- |npm run rollcall -- |`|^\s*)(?:rollcall )?(sync|sql|verify|load|import)\b[^`\n]*/gm,
      )) {
        if (!/rollcall |^`(sync|verify) --/.test(line)) continue
        found += 1
        const options = commands.get(name as string)?.options.map(({ long }) => long) ?? []
        expect(options.length, line).toBeGreaterThan(0)
        for (const [option] of line.replaceAll('\\%', '%').matchAll(/(?<=\s)--[a-z][a-z-]+/g)) {
          if (option === '--silent') continue
          expect(options, `${file.name}: ${line}`).toContain(option)
        }
      }
    }
    expect(found).toBeGreaterThan(6)
  })
})
