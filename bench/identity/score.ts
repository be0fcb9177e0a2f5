import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { labelsSql, truthSql } from './labels.ts'
import { pairsSql } from './pairs.ts'

/** Pairs of rows (within an instance) or of participants (across instances) that belong together, and were put together. */
export interface Score {
  scope: 'instance' | 'people'
  /** `rollcall`, or the simpler rule. */
  method: string
  /** A kind of case; `all`; `key_on_a_row` and `no_key_on_any_row`. */
  segment: string
  /** Pairs that belong together, were put together, and both. A pair counts for each kind that is in it. */
  truePairs: number
  foundPairs: number
  rightPairs: number
  /** Null where nothing was put together (precision) or nothing belongs together (recall, f1). */
  precision: number | null
  recall: number | null
  f1: number | null
}

/** How often what is said to be right is right. */
export interface Reliability {
  /** An identity_method, or `all`. */
  method: string
  /** Lower end of the tenth (the last is 1 alone). */
  from: number
  participants: number
  meanConfidence: number
  /** Share whose rows are all the rows of one true participant, and no others. */
  right: number
}

export interface IdentityScores {
  connections: number
  participants: number
  scores: Score[]
  reliability: Reliability[]
}

/**
 * Scores a catalog against the truth of the account it was made from, and four simpler rules beside it. Counts are
 * sums over groups, never over pairs, so time grows with rows.
 */
export async function scoreIdentity(catalogPath: string, truthPath: string): Promise<IdentityScores> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(`attach '${catalogPath.replaceAll("'", "''")}' as rollcall (read_only)`)
    await connection.run(truthSql(truthPath))
    for (const statement of labelsSql) await connection.run(statement)
    const [counts] = await rows(
      connection,
      'select count(*) as connections, count(distinct truth) as participants from truth_rows',
    )
    return {
      connections: Number(counts?.connections),
      participants: Number(counts?.participants),
      scores: [...(await score(connection, 'instance')), ...(await score(connection, 'people'))],
      reliability: await reliability(connection),
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function score(connection: DuckDBConnection, scope: Score['scope']): Promise<Score[]> {
  const found = await rows(connection, pairsSql(scope))
  return found.map((row) => {
    const [truePairs, foundPairs, rightPairs] = [row.true_pairs, row.found_pairs, row.right_pairs].map(
      Number,
    ) as [number, number, number]
    const precision = foundPairs === 0 ? null : rightPairs / foundPairs
    const recall = truePairs === 0 ? null : rightPairs / truePairs
    const f1 = truePairs === 0 ? null : (2 * rightPairs) / (truePairs + foundPairs)
    const [method, segment] = [String(row.method), String(row.segment)]
    return { scope, method, segment, truePairs, foundPairs, rightPairs, precision, recall, f1 }
  })
}

async function reliability(connection: DuckDBConnection): Promise<Reliability[]> {
  const found = await rows(
    connection,
    `select coalesce(identity_method, 'all') as method, floor(identity_confidence * 10) / 10 as tenth,
      count(*) as participants, avg(identity_confidence) as mean_confidence, avg(is_right::int) as share_right
    from judged_participants
    group by grouping sets ((tenth, identity_method), (tenth))
    order by identity_method nulls last, tenth`,
  )
  return found.map((row) => ({
    method: String(row.method),
    from: Number(row.tenth),
    participants: Number(row.participants),
    meanConfidence: Number(row.mean_confidence),
    right: Number(row.share_right),
  }))
}

async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}
