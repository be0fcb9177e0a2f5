import { text } from 'node:stream/consumers'
import { grantReader, revokeReader } from '../../load/readers.ts'
import { UsageError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'
import { withWarehouse } from '../stages.ts'
import { count } from '../terminal/format.ts'

export interface GrantCommandOptions extends GlobalOptions {
  withPersonalData?: boolean
  passwordStdin?: boolean
  newPassword?: boolean
  connectionLimit?: number
}

/** `rollcall warehouse grant ROLE`: a role that reads the warehouse, without personal data unless told. */
export async function warehouseGrant(role: string, options: GrantCommandOptions): Promise<void> {
  await reading(options, async (session) => {
    if (options.passwordStdin && options.newPassword) {
      throw new UsageError('--password-stdin and --new-password exclude each other.')
    }
    const password = options.passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
    const summary = await withWarehouse(session, (url) =>
      grantReader(url, {
        role,
        withPersonalData: options.withPersonalData === true,
        password,
        newPassword: options.newPassword,
        connectionLimit: options.connectionLimit,
      }),
    )
    const { output } = session
    const what = summary.withPersonalData ? 'personal data included' : 'without personal data'
    output.done(
      `Role "${role}" ${summary.isNew ? 'was made and ' : ''}reads ${count(summary.relations)} tables and views, ${what}.`,
    )
    if (summary.withheld.length > 0) {
      output.print(
        `Withheld: ${count(summary.withheld.length)} columns with names, e-mails and what people typed (--json lists them; --with-personal-data grants them).`,
      )
    }
    if (summary.password !== null) {
      // With --quiet too: it is not stored, and this is the only time anybody sees it.
      const show = options.quiet ? output.warn : output.print
      show(`Password, shown this once: ${summary.password}`)
    }
    for (const warning of summary.warnings) output.warn(warning)
    output.print(`What to paste into a tool: rollcall warehouse url --role '${role}' --for metabase`)
    output.json(summary)
  })
}

/** `rollcall warehouse revoke ROLE`: takes it back. */
export async function warehouseRevoke(role: string, options: GlobalOptions): Promise<void> {
  await reading(options, async (session) => {
    const summary = await withWarehouse(session, (url) => revokeReader(url, role))
    session.output.done(
      summary.isDropped
        ? `Role "${role}" is gone.`
        : `Role "${role}" reads nothing of the warehouse any more; it was not made by rollcall and stays.`,
    )
    session.output.json(summary)
  })
}
