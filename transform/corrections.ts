import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { quoteLiteral } from './sql-text.ts'
import { TransformError } from './transform-error.ts'

/** Something that stands for somebody and that no build changes. */
const Target = z.strictObject({
  /** `row`: one join/leave row of an instance; its `key` is Zoom's `user_id`, or else time and name, as "time name". */
  kind: z.enum(['registrant', 'user', 'email', 'row']),
  key: z.string().min(1),
  /** Uuid of the instance of a row; null for the other kinds. */
  instance_uuid: z.string().nullable(),
})

/**
 * What a decision does, in terms that no build changes, so that it holds whatever is read later:
 * - `join`: all that has this key is one with whatever else has the same `cluster`;
 * - `share`: several people use this key. An e-mail or account user counts together with the name only, a registrant
 *   id is a forwarded link;
 * - `part`: this row is not what the rules make of it: none of its keys counts, nor its name.
 */
const Effect = z.strictObject({
  action: z.enum(['join', 'share', 'part']),
  ...Target.shape,
  /** The smallest reference of all that are one by the decisions together; null for other actions. */
  cluster: z.string().nullable(),
})

/** One decision of the user: as it was said, and what it does. */
const Correction = z.strictObject({
  /** Line of the user's file. */
  line: z.int().positive(),
  decision: z.enum(['one', 'not one']),
  one: z.string(),
  other: z.string().nullable(),
  why: z.string().nullable(),
  /** What the two sides meant when the file was given: ids of participants may change, this does not. */
  one_is: z.array(Target),
  other_is: z.array(Target),
  effects: z.array(Effect),
})

export type CorrectionTarget = z.infer<typeof Target>
export type CorrectionEffect = z.infer<typeof Effect>
export type Correction = z.infer<typeof Correction>

/** The decisions in force: an input of the models like the raw zone, and like it a file of the data folder. */
function correctionsFile(dataDir: string): string {
  return join(dataDir, 'corrections.json')
}

/**
 * The decisions in force, in the order of the user's file; none where there is no file.
 * @throws {TransformError} naming the file where it is damaged
 */
export async function readCorrections(dataDir: string): Promise<Correction[]> {
  const file = correctionsFile(dataDir)
  try {
    return z.array(Correction).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new TransformError(
      `${file} cannot be read (${why}). Delete it and give your file to \`rollcall correct\` again.`,
      { cause: error },
    )
  }
}

/** Replaces the decisions in force, whole or not at all. */
export async function writeCorrections(dataDir: string, corrections: readonly Correction[]): Promise<void> {
  const file = correctionsFile(dataDir)
  const temporary = `${file}.${process.pid}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(corrections, null, 1)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/**
 * The statement that makes `<database>.raw.corrections`, one row per decision and effect. A table and not a view: a
 * catalog shows the decisions it was built with. A decision without effect (what the rules keep apart anyway) is one
 * row with nulls.
 */
export function correctionsTableSql(database: string, corrections: readonly Correction[]): string {
  const rows = corrections.flatMap(({ line, decision, one, other, why, effects }) => {
    const said = { line, decision, one, other, why }
    return effects.length === 0 ? [said] : effects.map((effect) => ({ ...said, ...effect }))
  })
  const columns = ['decision', 'one', 'other', 'why', 'action', 'kind', 'key', 'instance_uuid', 'cluster']
  const types = JSON.stringify([
    Object.fromEntries([['line', 'integer'], ...columns.map((column) => [column, 'varchar'])]),
  ])
  return `create or replace table ${database}.raw.corrections as
    select unnest(from_json(${quoteLiteral(JSON.stringify(rows))}, ${quoteLiteral(types)}), recursive := true)`
}
