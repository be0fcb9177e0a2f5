import type pg from 'pg'
import { WarehouseError } from '../errors.ts'

/**
 * Says at which table a statement failed. Of the server's error only message, column and constraint are kept: its
 * detail and context quote whole rows, which hold names and addresses of people.
 */
export async function attempt<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { severity, code, message, column, constraint, table } = error as pg.DatabaseError
    // Connection losses are classified by the caller, and only errors of the server carry a severity.
    if (severity === undefined || !/^(2[23]|42|53100)/.test(code ?? '')) throw error
    const where = [
      table && `table ${table}`,
      column && `column ${column}`,
      constraint && `constraint ${constraint}`,
    ]
    throw new WarehouseError(
      'terminal',
      `Loading failed at ${step}: ${message} (${[code, ...where].filter(Boolean).join(', ')}). The warehouse is as it ` +
        'was before. Run `rollcall transform` to build and audit the catalog again, then `rollcall load`.',
      { code },
    )
  }
}
