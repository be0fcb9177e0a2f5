import { Doubt } from './doubt.ts'
import type { Engine } from './engine.ts'
import { type BuildState, type RawNow, readSegments, readState, type Segment } from './record.ts'
import { quoteLiteral } from './sql-text.ts'
import { messageOf } from './transform-error.ts'

/** What a catalog was built from, and the segments it was not built from yet. */
export interface BuiltFrom {
  state: BuildState
  segments: Segment[]
}

/** Looks into the published catalog. @throws Doubt where an increment cannot make of it what a build of everything would be */
export async function look(
  engine: Engine,
  path: string,
  raw: RawNow,
  fingerprint: string,
): Promise<BuiltFrom> {
  await attach(engine, path, 'looked_at (read_only)')
  try {
    return await read(engine, 'looked_at', raw, fingerprint)
  } finally {
    await engine.run('detach looked_at')
  }
}

/** Attaches a file as `rollcall`, to be built on. Null, and not attached, where that is not possible. */
export async function openStandby(
  engine: Engine,
  path: string,
  raw: RawNow,
  fingerprint: string,
  lineage: string,
): Promise<BuiltFrom | null> {
  try {
    // Whatever goes wrong, the file is dropped: it needs no log.
    await attach(engine, path, "rollcall (recovery_mode 'no_wal_writes')")
  } catch {
    return null
  }
  const older = await read(engine, 'rollcall', raw, fingerprint).catch(() => null)
  if (older?.state.lineage === lineage) return older
  await engine.run('detach rollcall')
  return null
}

/** @throws Doubt where it cannot be opened */
async function attach(engine: Engine, path: string, how: string): Promise<void> {
  try {
    await engine.run(`attach ${quoteLiteral(path)} as ${how}`)
  } catch (error) {
    throw new Doubt(`no catalog could be opened (${messageOf(error)})`)
  }
}

/** @throws Doubt as `look` */
async function read(engine: Engine, database: string, raw: RawNow, fingerprint: string): Promise<BuiltFrom> {
  const state = await readState(engine, database)
  if (state === null) throw new Doubt('the catalog does not say what it was built from')
  if (state.fingerprint !== fingerprint) throw new Doubt('models or settings are others')
  const known = await readSegments(engine, database)
  if (state.lost.join() !== raw.lost.join()) throw new Doubt('raw files were lost or came back')
  if ([...known].some((name) => !raw.segments.has(name))) throw new Doubt('raw files are gone')
  const segments = [...raw.segments].flatMap(([name, segment]) => (known.has(name) ? [] : [segment]))
  return { state, segments }
}
