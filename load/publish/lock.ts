import type pg from 'pg'
import { WarehouseError } from '../errors.ts'

const lockLimit = '10min'

/** Set while a load writes, so that triggers can tell it from anybody else; see the migration. */
const loadingSetting = 'rollcall.is_loading'

/** Waits until no other load of the schema is under way. Held until the transaction ends. */
export async function lock(client: pg.Client, schema: string): Promise<void> {
  // Limits a server may have for interactive use would end a long load half-way.
  await client.query(
    `select set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true), set_config('${loadingSetting}', 'yes', true)`,
    [lockLimit],
  )
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('rollcall load'), hashtext($1))`, [schema])
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error
    throw new WarehouseError(
      'terminal',
      `Another rollcall has been loading schema "${schema}" for more than ${lockLimit}. Wait for it to end, or end it.`,
      { code: '55P03' },
    )
  }
}
