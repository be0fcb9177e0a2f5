import { sql } from 'kysely'
import type { Snapshot } from './warehouse.ts'

const keptMax = 50

/**
 * The same work, done once for each input until something new is published, and once for all who ask meanwhile.
 * Publishing adds a row to `rollcall_runs` in its own transaction, so an answer and the newest run seen with it
 * belong together. What failed is not kept.
 */
export function remembered<Input, Answer>(
  work: (snapshot: Snapshot, input: Input) => Promise<Answer>,
): (snapshot: Snapshot, input: Input) => Promise<Answer> {
  const kept = new Map<string, { run: string; answer: Promise<Answer> }>()
  return async (snapshot, input) => {
    const { rows } = await sql<{ run: string | null }>`
      select id || ' ' || finished_at as run from rollcall_runs order by finished_at desc, id desc limit 1
    `.execute(snapshot)
    const run = rows[0]?.run ?? ''
    const key = JSON.stringify(input)
    const earlier = kept.get(key)
    if (earlier?.run === run) return await earlier.answer
    const begun = { run, answer: work(snapshot, input) }
    kept.delete(key)
    kept.set(key, begun)
    const [oldest] = kept.keys()
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
    try {
      return await begun.answer
    } catch (error) {
      if (kept.get(key) === begun) kept.delete(key)
      throw error
    }
  }
}
