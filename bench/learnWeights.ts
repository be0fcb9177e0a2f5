import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { learnFrom } from '../transform/learn.ts'
import { modelAccount } from './identity/account.ts'

/**
 * Learns the weights that ship with rollcall, from the pairs of several simulated accounts together, and prints the
 * lines of sql/intermediate/link_weights_shipped.sql: `node bench/learnWeights.ts`.
 */
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: 'demo' },
    seed: { type: 'string', multiple: true, default: ['1', '2', '3'] },
    ambiguity: { type: 'string', multiple: true, default: ['0', '0.3'] },
  },
})

const pool = await DuckDBInstance.create(':memory:')
const connection = await pool.connect()
await connection.run('create schema intermediate')
let accounts = 0
for (const seed of values.seed.map(Number)) {
  for (const ambiguity of values.ambiguity.map(Number)) {
    const account = await modelAccount({ scale: values.scale as 'tiny' | 'demo', seed, ambiguity }, 1)
    await connection.run(`attach '${account.catalogPath}' as account (read_only)`)
    const rows = `select * replace (instance_key + ${accounts} * 1000000 as instance_key)
      from account.intermediate.link_pairs_compared`
    const into = accounts === 0 ? 'create table %s as' : 'insert into %s'
    await connection.run(`${into.replace('%s', 'intermediate.link_pairs_compared')} ${rows}`)
    await connection.run('detach account')
    await account.close()
    accounts += 1
  }
}
const { pairs, instances, weights } = await learnFrom({
  rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
})
process.stdout.write(`-- ${pairs} pairs of ${instances} instances of ${accounts} accounts\n`)
process.stdout.write(
  weights
    .map(({ family, feature, level, m, u }) => `        ('${family}', '${feature}', '${level}', ${m}, ${u})`)
    .join(',\n'),
)
process.stdout.write('\n')
