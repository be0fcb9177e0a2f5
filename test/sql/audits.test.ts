import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../transform/audit.ts'
import { type Model, readAudits } from '../../transform/models.ts'
import { transform } from '../../transform/transform.ts'
import { RawWorld } from './raw-world.ts'

/** For each audit a damage to the marts that it has to find. */
const damages: Record<string, string> = {
  aliases_are_nobody: 'insert into marts.zoom_person_aliases select id, id from marts.zoom_people limit 1',
  attendance_within_registrants: 'update marts.zoom_webinars set registrants_attended = 99',
  connections_are_kept: 'update marts.zoom_webinar_instances set connection_count = connection_count - 1',
  durations_of_participants: 'update marts.zoom_participants set total_duration = total_duration + 1',
  dropoff_of_instances: 'update marts.zoom_instance_dropoff set present = present + 1',
  engagement_of_participants:
    'update marts.zoom_participants set missed_end_seconds = missed_end_seconds + 300',
  figures_in_range: 'update marts.zoom_participants set engagement_score = 100.01',
  grain_of_marts: 'insert into marts.zoom_participants select * from marts.zoom_participants limit 1',
  peaks_match_timeline: 'update marts.zoom_instance_timeline set present = present + 1',
  promises_agree_with_audit: "update marts.zoom_capture_promises set verdict = 'short'",
  references_between_marts: 'delete from marts.zoom_people',
  sessions_never_overlap:
    'update marts.zoom_participant_sessions set leave_time = leave_time + interval 1 hour',
  totals_of_instances: 'update marts.zoom_webinar_instances set session_count = session_count + 1',
  totals_of_webinars: 'update marts.zoom_webinars set unique_participant_count = 99',
}

let directory: string
let instance: DuckDBInstance
let connection: DuckDBConnection
let audits: Model[]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-audits-'))
  const world = new RawWorld()
  const rows = [
    ['A', '10:00', '10:10'],
    ['A', '10:20', '10:30'],
    ['B', '10:05', '10:25'],
  ].map(([name, from, to]) => ({
    name: `Person ${name}`,
    registrant_id: `R${name}`,
    join_time: `2026-05-10T${from}:00Z`,
    leave_time: `2026-05-10T${to}:00Z`,
  }))
  world.capture({
    stream: 'participants',
    subject: 'instance:u==',
    instance_uuid: 'u==',
    webinar_id: 7,
    rows,
  })
  await world.write(directory)
  const { catalogPath } = await transform({ dataDir: directory, threads: 1 })
  audits = await readAudits()
  instance = await DuckDBInstance.create(catalogPath)
  connection = await instance.connect()
})
afterAll(async () => {
  connection?.closeSync()
  instance?.closeSync()
  await rm(directory, { recursive: true, force: true })
})

describe('every audit', () => {
  it('has a damage here that it finds', () => {
    expect(audits.map(({ table }) => table)).toEqual(Object.keys(damages).sort())
  })

  it.each(Object.entries(damages))('%s passes on sound marts and finds a damage', async (name, damage) => {
    const audit = audits.find(({ table }) => table === name) as Model
    await connection.run('begin')
    try {
      await runAudit(connection, audit)
      await connection.run(damage)
      await expect(runAudit(connection, audit)).rejects.toThrow(`audit sql/audits/${name}.sql found`)
    } finally {
      await connection.run('rollback')
    }
  })
})
