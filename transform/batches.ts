import type { DuckDBConnection } from '@duckdb/node-api'
import { streams } from '../extract/streams.ts'
import type { Engine } from './engine.ts'
import { rowsWhere } from './pruned.ts'
import { isRecorded } from './record.ts'
import { layers, recordedOf } from './scope.ts'
import { unitOfCapture } from './units.ts'

/*
 * Batches of webinars, to build a history in that does not fit into memory as a whole: each is a database `steps_<batch>`
 * in memory, with what was captured about its webinars, and the account-wide lists. Webinars that share an instance or a
 * capture are in the same batch (see `closeUnits` in touched.ts, which asks the same of what was touched).
 */

/** The name of a batch's database. */
export const databaseOf = (batch: number) => `steps_${batch}`

/**
 * Fills the temporary table `batches` (batch, unit), the units in the order in which they were first captured: what is
 * captured together is in the same files. What belongs to no webinar is in the first.
 * @param rowsMax captured rows of a batch, but for webinars that have more and cannot be built apart
 * @returns the rows of each batch; the first is number 1
 */
export async function planBatches(engine: Engine, rowsMax: number): Promise<number[]> {
  const batches: { rows: number; units: string[] }[] = []
  for (const group of await groupsOfUnits(engine)) {
    const last = batches.at(-1)
    if (last === undefined || last.rows + group.rows > rowsMax) batches.push(group)
    else {
      last.rows += group.rows
      last.units.push(...group.units)
    }
  }
  await engine.run('create or replace temp table batches (batch int, unit bigint)')
  for (const [at, { units }] of batches.entries()) {
    await engine.run(`insert into batches select ${at + 1}, unnest([${units.join(', ')}])`)
  }
  return batches.map(({ rows }) => rows)
}

/** Units that have to be built together, and how many rows were captured about them. */
async function groupsOfUnits(engine: Engine): Promise<{ rows: number; units: string[] }[]> {
  const seen = `
     select ${unitOfCapture} as unit, instance_uuid as uuid, capture_id, captured_rows
     from rollcall.builds.captures
     union all
     select coalesce(webinar_id, 0), coalesce(zoom_uuid, instance_uuid), capture_id, 0
     from rollcall.builds.instances
     union all
     select coalesce(webinar_id, 0), null, capture_id, 0 from rollcall.builds.webinars`
  const units = await engine.rows(
    `select unit, coalesce(sum(captured_rows), 0)::double as rows
     from (${seen}) where unit <> -1
     group by unit order by unit <> 0, min(capture_id), unit`,
  )
  const bonds = await engine.rows(
    `with seen as (${seen}),
     lists as (
         select capture_id from rollcall.builds.captures where ${unitOfCapture} = -1
     ),
     held as (
         select unit, concat('uuid ', uuid) as holder from seen where uuid is not null
         union all
         select unit, concat('capture ', capture_id) from seen anti join lists using (capture_id)
     )
     select list(distinct unit) as units
     from held where unit <> -1
     group by holder having count(distinct unit) > 1`,
  )
  const groups = new Map(
    units.map(({ unit, rows }) => [String(unit), { rows: Number(rows), units: [String(unit)] }]),
  )
  for (const { units: bound } of bonds) {
    const together = new Set((bound as string[]).flatMap((unit) => groups.get(unit) ?? []))
    const [into, ...others] = together
    for (const other of others) {
      if (into === undefined) break
      into.rows += other.rows
      into.units.push(...other.units)
      for (const unit of other.units) groups.set(unit, into)
    }
  }
  return [...new Set(groups.values())]
}

/**
 * Creates the database of a batch, in which models find what concerns its webinars. `steps.raw` has them all.
 * @param isRead by name of a raw table, whether a model reads it
 */
export async function startBatch(engine: Engine, batch: number, isRead: ReadonlySet<string>): Promise<void> {
  const database = databaseOf(batch)
  const units = `select unit from batches where batch = ${batch} union all select -1`
  await engine.run(`attach ':memory:' as ${database}`)
  for (const layer of layers) await engine.run(`create schema ${database}.${layer}`)
  // The others are found by their captures.
  const captures = `${database}.raw.captures`
  await engine.run(`create table ${captures} as ${recordedOf('captures', units)}`)
  for (const stream of streams.filter((stream) => stream !== 'captures' && isRead.has(`raw.${stream}`))) {
    await engine.run(
      isRecorded(stream)
        ? `create table ${database}.raw.${stream} as ${recordedOf(stream, units)}`
        : `create view ${database}.raw.${stream} as ${rowsWhere(`steps.raw.${stream}`, 'capture_id', captures)}`,
    )
  }
}

/** Lets a connection find what models of a batch read, or of all webinars. @param path where models of all find it */
export async function showBatch(lane: DuckDBConnection, batch: number | null, path: string): Promise<void> {
  const own = batch === null ? [] : layers.map((layer) => `${databaseOf(batch)}.${layer}`)
  await lane.run(`set search_path = '${[...own, path].join(',')}'`)
}
