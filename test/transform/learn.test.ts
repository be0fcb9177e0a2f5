import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLearnedWeights, weightsFile } from '../../transform/likeness.ts'
import { transform } from '../../transform/transform.ts'
import { CatalogReader, type Row } from '../sql/catalog-reader.ts'
import { RawWorld } from '../sql/raw-world.ts'

let dataDir: string
const at = (minute: number) =>
  new Date(Date.UTC(2026, 4, 10, 10, 0) + Math.round(minute * 60_000)).toISOString()

/** Whoever is here at once under a full name and an initial is two people. */
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-learn-'))
  const world = new RawWorld()
  for (let instance = 0; instance < 20; instance += 1) {
    const told: [string, number, number][] = [
      ['Bo Karlsson', 0, 10],
      ['B. Karlsson', 10.5, 20],
    ]
    for (let row = 0; row < 8; row += 1) told.push([`Cy Number${row}`, row * 10, row * 10 + 70])
    for (let row = 0; row < 8; row += 1) told.push([`C. Number${row}`, row * 10 + 5, row * 10 + 30])
    world.capture({
      stream: 'participants',
      subject: `instance:${instance}==`,
      instance_uuid: `${instance}==`,
      webinar_id: 92_000_000_000,
      rows: told.map(([name, from, to], index) => ({
        user_id: String(16_778_240 + index * 1024),
        name,
        join_time: at(from),
        leave_time: at(to),
        status: 'in_meeting',
      })),
    })
  }
  await world.write(dataDir)
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

async function asked(sql: string): Promise<Row[]> {
  const catalog = await CatalogReader.open(join(dataDir, 'rollcall.duckdb'))
  try {
    return await catalog.rows(sql)
  } finally {
    catalog.close()
  }
}

const build = (isLearning = false) => transform({ dataDir, identityThreshold: 0.9, threads: 1, isLearning })

describe('weights that are learned from an account', () => {
  it('are kept in its folder and hold for every build after, until they are deleted', async () => {
    await build(true)
    const learned = await readLearnedWeights(dataDir)
    expect(learned).toMatchObject({ instances: 20, read_until: '2026-05-20T00:00:01Z' })
    expect(learned?.pairs).toBeGreaterThanOrEqual(180)
    const [after] = await asked('select * from staging.likeness')
    expect(after).toMatchObject({
      identity_threshold: 0.9,
      read_until: learned?.read_until,
      pairs: String(learned?.pairs),
    })
    // 0.5 is assumed before any data.
    const overlap = learned?.weights.find(({ family, level }) => family === 'initials' && level === 'overlap')
    expect(overlap?.u).toBeGreaterThan(0.6)

    expect(await build()).toMatchObject({ kind: 'none' })
    await rm(weightsFile(dataDir))
    expect(await build()).toMatchObject({ kind: 'full', reason: 'models or settings are others' })
    expect((await asked('select * from staging.likeness'))[0]).toMatchObject({
      read_until: null,
      pairs: null,
    })
    expect(await asked('select * from staging.learned_weights')).toEqual([])
  }, 240_000)

  it('are refused where the file is damaged, with what to do', async () => {
    await writeFile(weightsFile(dataDir), '{"weights": [{"family": "name", "m": 2}]}')
    await expect(build()).rejects.toThrow(/weights\.json cannot be read \(.*m.*\).*transform --learn/s)
    await rm(weightsFile(dataDir))
  })
})

it('an account in which nobody is like another teaches nothing', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'rollcall-learn-'))
  await expect(transform({ dataDir: empty, threads: 1, isLearning: true })).rejects.toThrow(
    'There is nothing to learn from',
  )
  await rm(empty, { recursive: true, force: true })
})
