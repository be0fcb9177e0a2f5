import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queryCatalog } from '../../../pipelines/catalog.ts'
import { decide } from '../../../pipelines/corrections/decide.ts'
import { readCorrectionsFile } from '../../../pipelines/corrections/file.ts'
import { readOutcomes } from '../../../pipelines/corrections/outcomes.ts'
import { readCorrections, writeCorrections } from '../../../transform/corrections.ts'
import { transform } from '../../../transform/transform.ts'
import { RawWorld } from '../../sql/raw-world.ts'

/** Name, registrant id, account user, e-mail, minutes from and to. */
export type Told = [string | null, string | null, string | null, string | null, number, number]

export interface FoundParticipant {
  id: string
  person: string
  name: string | null
  email: string | null
  registrant: string | null
  rows: number
  seconds: number
  method: string
  confidence: number
}

const at = (day: number, minute: number) =>
  new Date(Date.UTC(2026, 4, day, 10, 0) + minute * 60_000).toISOString()

/** A data folder to which instances are added, and on which decisions are taken. */
export class CorrectedWorld {
  readonly dataDir: string
  readonly #world = new RawWorld()
  #instances = 0

  private constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  static async create(): Promise<CorrectedWorld> {
    return new CorrectedWorld(await mkdtemp(join(tmpdir(), 'rollcall-corrections-')))
  }

  /** Adds an instance `uuid`, read a day after the one before; rows have user ids 101, 102, … */
  instance(uuid: string, rows: Told[], webinar = 93_000_000_000): void {
    this.#instances += 1
    this.#world.capture({
      stream: 'participants',
      subject: `instance:${uuid}`,
      instance_uuid: uuid,
      webinar_id: webinar,
      day: 10 + this.#instances,
      rows: rows.map(([name, registrant, user, email, from, to], index) => ({
        user_id: String(101 + index),
        name,
        registrant_id: registrant,
        zoom_user_id: user,
        email,
        join_time: at(this.#instances, from),
        leave_time: at(this.#instances, to),
        status: 'in_meeting',
      })),
    })
  }

  registrants(rows: { id: string; name: string; email: string }[], webinar = 93_000_000_000): void {
    this.#world.capture({
      stream: 'registrants',
      subject: `webinar:${webinar}:status=approved`,
      webinar_id: webinar,
      rows: rows.map(({ id, name, email }) => {
        const [first_name, last_name] = name.split(' ') as [string, string]
        return { registrant_id: id, first_name, last_name, email, status: 'approved' }
      }),
    })
  }

  async build(): Promise<void> {
    await this.#world.write(this.dataDir)
    await transform({ dataDir: this.dataDir, isWithSteps: true, threads: 1 })
  }

  /** Takes the decisions of a file of these lines, after its head, and builds. */
  async correct(...lines: string[]): Promise<void> {
    const file = join(this.dataDir, 'decisions.csv')
    await writeFile(file, ['decision,one,other,why', ...lines].join('\n'))
    const said = await readCorrectionsFile(file)
    const corrections = await decide(this.dataDir, 'decisions.csv', said, await readCorrections(this.dataDir))
    await writeCorrections(this.dataDir, corrections)
    await this.build()
  }

  outcomes() {
    return readOutcomes(this.dataDir)
  }

  async participants(uuid: string): Promise<FoundParticipant[]> {
    const { rows } = await queryCatalog(
      this.dataDir,
      `select p.id, p.person_id as person, p.participant_name as name, p.participant_email as email,
         r.zoom_registrant_id as registrant, p.connection_count as rows, p.total_duration as seconds,
         p.identity_method as method, p.identity_confidence::double as confidence
       from marts.zoom_participants as p
       join marts.zoom_webinar_instances as i on i.id = p.instance_id
       left join marts.zoom_registrants as r on r.id = p.registrant_id
       where i.zoom_uuid = $1 order by p.first_join_time, p.participant_name, p.id`,
      [uuid],
    )
    return rows as unknown as FoundParticipant[]
  }

  async aliases(): Promise<Map<string, string>> {
    const { rows } = await queryCatalog(
      this.dataDir,
      'select alias_id, person_id from marts.zoom_person_aliases',
    )
    return new Map(rows.map((row) => [String(row.alias_id), String(row.person_id)]))
  }

  async close(): Promise<void> {
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
