import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planBatches, startBatch } from '../../transform/batches.ts'
import { type Engine, openEngine } from '../../transform/engine.ts'

let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-batches-'))
  engine = await openEngine(folder, { threads: 1 })
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  await engine.run('detach database if exists rollcall')
  await engine.run("attach ':memory:' as rollcall")
  await engine.run('create schema rollcall.builds')
  await engine.run(
    'create table rollcall.builds.captures (capture_id varchar, webinar_id bigint, instance_uuid varchar, captured_rows bigint)',
  )
  for (const stream of ['instances', 'webinars']) {
    await engine.run(
      `create table rollcall.builds.${stream} (capture_id varchar, webinar_id bigint, instance_uuid varchar, zoom_uuid varchar)`,
    )
  }
})

/** @param captures id, webinar, instance, rows */
async function given(captures: [string, number | null, string | null, number][]): Promise<void> {
  for (const capture of captures) {
    await engine.connection.run('insert into rollcall.builds.captures values (?, ?, ?, ?)', capture)
  }
}

/** An account-wide list, and two webinars it is about. */
async function givenListed(): Promise<void> {
  await given([
    ['list', null, null, 2],
    ['c1', 10, 'a', 10],
    ['c2', 20, 'b', 10],
  ])
  await seen('webinars', 'list', 10, null)
  await seen('webinars', 'list', 20, null)
}

/** A row of `instances` or `webinars`: by which capture, of which webinar and instance. */
async function seen(stream: string, capture: string, webinar: number, uuid: string | null): Promise<void> {
  await engine.connection.run(`insert into rollcall.builds.${stream} values (?, ?, ?, null)`, [
    capture,
    webinar,
    uuid,
  ])
}

async function planned(rowsMax: number): Promise<{ rows: number[]; units: string[][] }> {
  const rows = await planBatches(engine, rowsMax)
  const lists = await engine.rows(
    'select list(unit order by unit) as units from batches group by batch order by batch',
  )
  return { rows, units: lists.map(({ units }) => (units as (string | number)[]).map(String)) }
}

describe('batches of webinars', () => {
  it('are filled up to what is allowed, in the order in which webinars were captured', async () => {
    await given([
      ['c1', 30, 'a', 40],
      ['c2', 10, 'b', 50],
      ['c3', 20, 'c', 20],
      ['c4', 30, 'd', 10],
    ])
    expect(await planned(100)).toEqual({ rows: [100, 20], units: [['10', '30'], ['20']] })
    expect(await planned(1000)).toEqual({ rows: [120], units: [['10', '20', '30']] })
  })
  it('keep a webinar whole that is larger', async () => {
    await given([
      ['c1', 10, 'a', 400],
      ['c2', 10, 'b', 500],
      ['c3', 20, 'c', 20],
    ])
    expect(await planned(100)).toEqual({ rows: [900, 20], units: [['10'], ['20']] })
  })
  it('keep webinars together that share an instance or a capture, directly or through others', async () => {
    await given([
      ['c1', 10, 'a', 10],
      ['c2', 20, 'b', 10],
      ['c3', 30, 'c', 10],
      ['c4', 40, 'd', 10],
      ['c5', 50, 'e', 10],
    ])
    await seen('instances', 'c3', 10, 'c')
    await seen('instances', 'c5', 50, 'a')
    await seen('webinars', 'c4', 30, null)
    expect(await planned(1)).toEqual({ rows: [40, 10], units: [['10', '30', '40', '50'], ['20']] })
  })
  it('are not held together by account-wide lists, which all of them see', async () => {
    await givenListed()
    expect((await planned(1)).units).toEqual([['10'], ['20']])
  })
  it('begin with what belongs to no webinar', async () => {
    await given([
      ['c1', 10, 'a', 10],
      ['c2', null, 'b', 10],
    ])
    expect((await planned(10)).units).toEqual([['0'], ['10']])
  })
  it('hold what was captured about their webinars, and all account-wide lists', async () => {
    await givenListed()
    await engine.run("attach or replace ':memory:' as steps")
    await engine.run('create schema steps.raw')
    await engine.run(
      "create table steps.raw.participants as select * from (values ('c1', 'Ann'), ('c2', 'Bo')) as t (capture_id, name)",
    )
    await planBatches(engine, 1)
    await startBatch(engine, 2, new Set(['raw.captures', 'raw.webinars', 'raw.participants']))
    const column = async (sql: string) => (await engine.rows(sql)).map((row) => Object.values(row)[0])
    expect(await column('select capture_id from steps_2.raw.captures order by 1')).toEqual(['c2', 'list'])
    expect(await column('select webinar_id::int from steps_2.raw.webinars')).toEqual([20])
    expect(await column('select name from steps_2.raw.participants')).toEqual(['Bo'])
  })
})
