import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Engine } from './engine.ts'
import { quoteLiteral } from './sql-text.ts'
import { TransformError } from './transform-error.ts'

/**
 * How probable a link between rows without a strong key must be, unless the user says otherwise; 1 links nobody by
 * likeness. The lowest round figure at which no link was wrong on the accounts the weights come from and on that of
 * headline size, see docs/identity.md.
 */
export const defaultThreshold = 0.95

/** How often a level of comparison is seen in pairs that are one person (`m`) and in pairs that are two (`u`). */
const Weight = z.strictObject({
  family: z.string().min(1),
  feature: z.string().min(1),
  /** Empty for the feature `match`. */
  level: z.string(),
  m: z.number().gt(0).lt(1),
  u: z.number().gt(0).lt(1),
})

const LearnedWeights = z.strictObject({
  /** Learned from all that was read until then, ISO 8601: how many pairs of how many instances. */
  read_until: z.iso.datetime(),
  pairs: z.int().nonnegative(),
  instances: z.int().nonnegative(),
  weights: z.array(Weight),
})

export type LearnedWeights = z.infer<typeof LearnedWeights>

/** What links by likeness hang on beside the rows: a setting, the same for every build until it is changed. */
export interface Likeness {
  threshold: number
  /** Null: those that ship with rollcall. */
  learned: LearnedWeights | null
}

/** The learned weights in force: like the decisions of the user a file of the data folder. */
export function weightsFile(dataDir: string): string {
  return join(dataDir, 'weights.json')
}

/**
 * The learned weights in force, or null where none were learned.
 * @throws {TransformError} naming the file where it is damaged
 */
export async function readLearnedWeights(dataDir: string): Promise<LearnedWeights | null> {
  const file = weightsFile(dataDir)
  try {
    return LearnedWeights.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new TransformError(
      `${file} cannot be read (${why}). Run \`rollcall transform --learn\` to write it anew, or delete it to go back to the weights that ship with rollcall.`,
      { cause: error },
    )
  }
}

/** Replaces the learned weights, whole or not at all. */
export async function writeLearnedWeights(dataDir: string, learned: LearnedWeights): Promise<void> {
  const file = weightsFile(dataDir)
  const temporary = `${file}.${process.pid}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(learned, null, 1)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/**
 * The statements that make `raw.likeness` (one row) and `raw.learned_weights` (none where the shipped ones hold).
 * Tables and not views, as with decisions: a catalog shows what it was built with.
 */
export function likenessTablesSql(database: string, { threshold, learned }: Likeness): string[] {
  const said = JSON.stringify({
    identity_threshold: threshold,
    read_until: learned?.read_until ?? null,
    pairs: learned?.pairs ?? null,
    instances: learned?.instances ?? null,
  })
  const types = (columns: Record<string, string>) => quoteLiteral(JSON.stringify([columns]))
  const settingTypes = types({
    identity_threshold: 'double',
    read_until: 'varchar',
    pairs: 'bigint',
    instances: 'bigint',
  })
  const weightTypes = types({
    family: 'varchar',
    feature: 'varchar',
    level: 'varchar',
    m: 'double',
    u: 'double',
  })
  const weights = quoteLiteral(JSON.stringify(learned?.weights ?? []))
  return [
    `create or replace table ${database}.raw.likeness as
     select unnest(from_json(${quoteLiteral(`[${said}]`)}, ${settingTypes}), recursive := true)`,
    `create or replace table ${database}.raw.learned_weights as
     select unnest(from_json(${weights}, ${weightTypes}), recursive := true)`,
  ]
}

/** The part of it that decides what is built. */
export function likenessPrint({ threshold, learned }: Likeness): unknown {
  return { threshold, weights: learned?.weights ?? null }
}

/** What an attached catalog was built with. */
export async function likenessIn(query: Engine['rows'], database: string): Promise<Likeness> {
  const [said] = await query(`select * from ${database}.raw.likeness`)
  const weights = await query(`select * from ${database}.raw.learned_weights`)
  const { identity_threshold, ...learned } = said ?? {}
  return {
    threshold: Number(identity_threshold),
    learned:
      weights.length === 0
        ? null
        : LearnedWeights.parse({
            read_until: learned.read_until,
            pairs: Number(learned.pairs),
            instances: Number(learned.instances),
            weights,
          }),
  }
}
