import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryCatalog } from '../../../pipelines/catalog.ts'
import { CliError, UsageError } from '../../../pipelines/cliError.ts'
import { explainParticipant } from '../../../pipelines/explain/explanation.ts'
import { correctingLines, linkText, reasonsOf } from '../../../pipelines/explain/words.ts'
import { transform } from '../../../transform/transform.ts'
import { RawWorld } from '../../sql/raw-world.ts'

let dataDir: string

const at = (minute: number) => new Date(Date.UTC(2026, 4, 10, 10, 0) + minute * 60_000).toISOString()

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-explain-'))
  const world = new RawWorld()
  const told: [string, string | null, string | null, number, number][] = [
    ['Anna Müller', 'R1', 'anna@x.org', 0, 10],
    ['A. Müller', null, null, 10.5, 20],
    ['Anna (phone)', 'R1', null, 30, 40],
    ['Cleo Maes', null, null, 0, 20],
    ['Cleo\u0007 Maess', null, null, 5, 20],
    ['iPad', null, null, 0, 5],
  ]
  world.capture({
    stream: 'participants',
    subject: 'instance:u==',
    instance_uuid: 'u==',
    webinar_id: 93_000_000_000,
    rows: told.map(([name, registrant, email, from, to], index) => ({
      user_id: String(16_778_240 + index * 1024),
      name,
      registrant_id: registrant,
      email,
      join_time: at(from),
      leave_time: at(to),
      status: 'in_meeting',
    })),
  })
  await world.write(dataDir)
  await transform({ dataDir, identityThreshold: 0.9, threads: 1 })
})

afterAll(() => rm(dataDir, { recursive: true, force: true }))

async function explained(name: string) {
  const { rows } = await queryCatalog(
    dataDir,
    `select id from marts.zoom_participants where participant_name like '${name}%'`,
  )
  return explainParticipant(dataDir, String(rows[0]?.id))
}

describe('an explanation', () => {
  it('shows the rows, the keys they share, and the weights of what joined the others', async () => {
    const explanation = await explained('Anna')
    expect(explanation.rows.map(({ name, recognised_by }) => [name, recognised_by])).toEqual([
      ['Anna Müller', 'key'],
      ['A. Müller', 'probable'],
      ['Anna (phone)', 'key'],
    ])
    expect(reasonsOf(explanation)).toEqual([
      'rows 1, 3 share registrant id R1',
      'row 1 has e-mail anna@x.org',
      'row 2: no key, but probably the same person; the weights are below',
    ])
    const [link] = explanation.links
    expect(link).toMatchObject({ is_followed: true, name_level: 'initials', time_level: 'rejoin' })
    expect(explanation.participant.confidence).toBe(0.998)
    if (link === undefined) throw new Error('no link')
    // The weights shown are the odds: with one candidate the probability follows from their sum.
    const sum =
      link.match_weight + link.name_weight + link.time_weight + link.mail_weight + link.choice_weight
    expect(2 ** sum / (1 + 2 ** sum)).toBeCloseTo(link.probability, 2)
    expect(linkText(link)).toMatch(
      /^“A. Müller” is “Anna Müller”: 9\d\.\d %\n {6}an initial stands for a word; came within a minute/,
    )
  })
  it('shows who it might also have been, without letting names move the cursor', async () => {
    const explanation = await explained('Cleo Maes')
    expect(explanation.rows).toHaveLength(1)
    expect(explanation.links).toMatchObject([{ is_followed: false, time_level: 'overlap' }])
    const text = explanation.links.map(linkText).join('')
    expect(text).toContain('present at the same time')
    expect(text).not.toContain('\u0007')
  })
  it('says when a name points to nobody', async () => {
    const explanation = await explained('iPad')
    expect(reasonsOf(explanation).join()).toContain('a name that points to nobody')
    expect(explanation.links).toEqual([])
  })
  it('prints lines to paste that say otherwise', async () => {
    const explanation = await explained('Anna')
    const { id } = explanation.participant
    expect(correctingLines(explanation)).toEqual([
      `not one,participant:${id},row:u==#16780288,row 3 is somebody else`,
      `one,participant:${id},participant:ID OF THE OTHER,they are one`,
    ])
  })
  it('refuses what is no id, and says where ids are when there is no such participant', async () => {
    await expect(explainParticipant(dataDir, "' or true --")).rejects.toThrow(UsageError)
    const unknown = '00000000-0000-0000-0000-000000000000'
    await expect(explainParticipant(dataDir, unknown)).rejects.toThrow(CliError)
    await expect(explainParticipant(dataDir, unknown)).rejects.toThrow('marts.zoom_participants')
  })
})
