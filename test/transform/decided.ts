import { UsageError } from '../../pipelines/cliError.ts'
import { decide } from '../../pipelines/corrections/decide.ts'
import { readCorrections, writeCorrections } from '../../transform/corrections.ts'

/** A line for the file of decisions. Only keys and rows stand in it, whose meaning no catalog is asked for. */
export interface Decided {
  decision: 'one' | 'not one'
  one: string
  /** Null: several people use the key, or the row is not what it seems. */
  other: string | null
}

/**
 * Takes the decisions of a file of these lines, as `rollcall correct` does, which refuses it where they contradict each
 * other: then those before stay. Several data folders can be given, that have the same decisions so far.
 * @returns whether others are in force now
 */
export async function takeDecisions(
  dataDirs: readonly string[],
  lines: readonly Decided[],
): Promise<boolean> {
  const [first = ''] = dataDirs
  const earlier = await readCorrections(first)
  const said = lines.map((one, index) => ({ ...one, line: index + 2, why: null }))
  try {
    const corrections = await decide(first, 'decisions.csv', said, earlier)
    for (const dataDir of dataDirs) await writeCorrections(dataDir, corrections)
    return JSON.stringify(corrections) !== JSON.stringify(earlier)
  } catch (error) {
    if (error instanceof UsageError) return false
    throw error
  }
}
