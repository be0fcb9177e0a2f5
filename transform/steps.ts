import { resolve } from 'node:path'
import { planModels } from './build.ts'
import { catalogPath } from './catalogFiles.ts'
import { readCorrections } from './corrections.ts'
import { type Engine, openEngine } from './engine.ts'
import { buildScope } from './increment.ts'
import { likenessIn } from './likeness.ts'
import { modelFolder, readModels } from './models.ts'
import { attachScratch } from './scope.ts'
import { quoteLiteral } from './sql-text.ts'
import { closeUnits } from './touched.ts'
import { TransformError } from './transform-error.ts'

type Query = Engine['rows']

/** Has a row where a catalog was built with its steps, see `TransformOptions.isWithSteps`. */
export const hasStepsSql = `select 1 from duckdb_tables()
  where schema_name = 'intermediate' and table_name = 'connections_cleaned'`

/**
 * Shows all models as they were when a webinar was built, also those that are only steps to others and are not kept:
 * builds them again, in memory, from the record of the catalog and the raw files it names. `work` asks in the words of
 * the models (`marts.…`, `intermediate.…`); other webinars are not there.
 * @param webinarId Zoom's
 * @throws TransformError where the catalog was built by another version
 */
export async function withSteps<T>(
  dataDir: string,
  webinarId: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const folder = resolve(dataDir)
  const engine = await openEngine(`${catalogPath(folder)}.${process.pid}.spill`, {})
  try {
    await engine.run(`attach ${quoteLiteral(catalogPath(folder))} as rollcall (read_only)`)
    const [whole] = await engine.rows(`${hasStepsSql} and database_name = 'rollcall'`)
    if (whole !== undefined) {
      await engine.run('use rollcall')
      return await work(engine.rows)
    }
    const [record] = await engine.rows(
      `select 1 from duckdb_tables() where database_name = 'rollcall' and schema_name = 'builds'`,
    )
    if (record === undefined) {
      throw new TransformError(
        'The catalog is of another version. Run `rollcall transform` to build it again.',
      )
    }
    const models = await planModels(engine.connection, await readModels(modelFolder))
    await attachScratch(engine)
    await engine.run(`create temp table touched_units as select ${BigInt(webinarId)} as unit union select -1`)
    await closeUnits(engine)
    await buildScope(engine, {
      models,
      dataDir: folder,
      corrections: await readCorrections(folder),
      likeness: await likenessIn(engine.rows, 'rollcall'),
      clock: () => 0,
      onModel: () => undefined,
    })
    return await work(engine.rows)
  } finally {
    engine.close()
  }
}
