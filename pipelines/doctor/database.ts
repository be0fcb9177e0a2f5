import { inspectEmbedded } from '../../load/embedded/inspect.ts'
import { type DatabaseFacts, inspectDatabase } from '../../load/inspect.ts'
import type { Config } from '../config.ts'
import { type Finding, ok, problem, skipped, warning } from './finding.ts'

/** Postgres 13, the oldest the migrations are written for. */
const version_min = 130_000

/** Looks at the warehouse: the Postgres of DATABASE_URL, else the embedded one, which is not started for it. */
export async function examineDatabase({ databaseUrl, dataDir }: Config): Promise<Finding[]> {
  try {
    if (databaseUrl !== undefined) return checkDatabase(await inspectDatabase(databaseUrl))
    const facts = await inspectEmbedded(dataDir)
    if (facts.url !== null) {
      const [reached, ...rest] = checkDatabase(await inspectDatabase(facts.url))
      const found = `embedded: ${reached?.found}, listening on 127.0.0.1:${facts.port}`
      return reached ? [{ ...reached, found }, ...rest] : rest
    }
    return [
      embeddedAtRest(facts),
      skipped('schema', 'the embedded Postgres is not running', startIt(facts.state)),
    ]
  } catch (error) {
    return [
      problem('database', 'the warehouse cannot be used', {
        cost: 'nothing can be loaded; extract and transform work without it',
        remedy: error instanceof Error ? error.message : String(error),
      }),
      skipped('schema', 'needs the database'),
    ]
  }
}

const startIt = (state: string) => ({
  remedy: state === 'absent' ? null : 'rollcall warehouse start, then rollcall doctor again, to look inside.',
})

function embeddedAtRest(facts: Awaited<ReturnType<typeof inspectEmbedded>>): Finding {
  const where = facts.port === null ? 'made by the first sync' : `${facts.state}, port ${facts.port}`
  const found = `embedded ${facts.engine}, ${where}`
  if (facts.state === 'busy') {
    return warning(
      'database',
      `embedded ${facts.engine}: its process does not answer on port ${facts.port}`,
      {
        cost: 'a load waits for it, two minutes at most',
        remedy:
          'It may be starting or recovering: run rollcall doctor again; if it stays so, see server.log beside it.',
      },
    )
  }
  if (!facts.isPortFree) {
    return warning('database', `${found}, which another program uses`, {
      cost: 'the next start takes another port, so saved BI connections have to be changed',
      remedy: `Free port ${facts.port}, or read the new address with rollcall warehouse url after the next start.`,
    })
  }
  return ok('database', found)
}

/** The server and what we may do there, and the version of the schema. */
export function checkDatabase(facts: DatabaseFacts): Finding[] {
  return [checkServer(facts), checkSchema(facts)]
}

function checkServer(facts: DatabaseFacts): Finding {
  const found = `Postgres ${facts.version}, database ${facts.database}, user ${facts.user}`
  const cost = 'nothing can be loaded; extract and transform work without it'
  if (facts.versionNumber < version_min) {
    return problem('database', `${found}: older than Postgres 13`, {
      cost,
      remedy: 'Upgrade the server, or leave DATABASE_URL out for the embedded one.',
    })
  }
  if (facts.isReadOnly) {
    return problem('database', `${found}: it can only be read`, {
      cost,
      remedy:
        'Name the primary server in DATABASE_URL, and a user whose default_transaction_read_only is off.',
    })
  }
  if (!facts.canCreate) {
    return problem('database', `${found}: the user may not create tables in schema public`, {
      cost,
      remedy: `As the owner of the database: grant create, usage on schema public to "${facts.user.replaceAll('"', '""')}".`,
    })
  }
  if (facts.foreignTables.length > 0) {
    return problem('database', `${found}: ${facts.foreignTables.length} tables belong to another role`, {
      cost: 'tables cannot be altered, so an update of rollcall cannot migrate them',
      remedy: 'Load as the role that owns them, or change their owner.',
      details: [facts.foreignTables.join(', ')],
    })
  }
  return ok('database', `${found}, ${Math.ceil(facts.size_bytes / 1e6)} MB`)
}

function checkSchema({ migrations }: DatabaseFacts): Finding {
  if (migrations === null) return skipped('schema', 'the user may not read which version it has')
  const { applied, known } = migrations
  const newer = applied.filter((name) => !known.includes(name))
  if (newer.length > 0) {
    return problem('schema', `the schema is at ${newer.at(-1)}, newer than this version of rollcall knows`, {
      cost: 'nothing can be loaded',
      remedy: `Update rollcall, or use another database. This version knows the schema up to ${known.at(-1)}.`,
    })
  }
  if (applied.length === 0) return ok('schema', 'no tables yet; the first load makes them')
  const pending = known.filter((name) => !applied.includes(name))
  if (pending.length > 0) {
    return ok('schema', `${pending.length} migrations are pending; the next load applies them`, {
      details: pending,
    })
  }
  return ok('schema', `up to date (${applied.at(-1)})`)
}
