import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryRaw } from '../../../extract/raw/query.ts'
import { contentHash } from '../../../load/contentHash.ts'
import { queryCatalog } from '../../../pipelines/catalog.ts'
import { createAccount } from '../../../simulator/account.ts'
import type { Instance } from '../../../simulator/model.ts'
import { transform } from '../../../transform/transform.ts'
import { createTestDatabase, query } from '../../postgres/testDatabase.ts'
import { midnight, openTestAccount, type TestAccount } from '../account.ts'
import { environmentOf, rollcall } from '../cli.ts'

/*
 * Goal: what somebody decides about people with `rollcall correct` is what the warehouse says, stays so whatever is
 * read and built later, and is gone when it is taken back. Method: the command line as a process of its own, against the
 * simulated account, of which one webinar is read first and another after the decisions.
 */

interface Found {
  id: string
  person_id: string
  instance: string
  name: string | null
  email: string | null
  connections: number
  seconds: number
  method: string
  confidence: string
}

/** Participants of a webinar, as both the warehouse and the catalog are asked for them. */
const participantsSql = (schema: string, webinar: number) =>
  `select p.id::varchar as id, p.person_id::varchar as person_id, i.zoom_uuid as instance, p.participant_name as name,
     p.participant_email as email, p.connection_count::int as connections, p.total_duration::int as seconds,
     p.identity_method as method, p.identity_confidence::varchar as confidence
   from ${schema}.zoom_participants as p
   join ${schema}.zoom_webinar_instances as i on i.id = p.instance_id
   join ${schema}.zoom_webinars as w on w.id = p.webinar_id
   where w.zoom_webinar_id = ${webinar} order by p.id`

/** E-mails of attendees who came with no other name or address, and all of whose rows say the address. */
function plainPeople({ participants }: Instance): Map<string, number> {
  const plain = participants.filter(
    ({ human, role, rows, isOnForwardedLink }) =>
      role === 'attendee' &&
      human !== null &&
      !human.isHomonym &&
      !isOnForwardedLink &&
      rows.every((row) => row.email === human.email),
  )
  return new Map(plain.map(({ human, rows }) => [human?.email ?? '', rows.length]))
}

describe('rollcall correct', { timeout: 120_000 }, () => {
  const now = midnight()
  const { webinars } = createAccount({ scale: 'tiny', now })
  const [first, later] = [webinars[0], webinars[6]]
  const meeting = first?.instances[0]
  if (first === undefined || later === undefined || meeting === undefined) throw new Error('no such webinars')

  let account: TestAccount
  let folder: string
  let dataDir: string
  let url: string
  const run = (...args: string[]) => {
    const places = { ROLLCALL_DATA_DIR: dataDir, DATABASE_URL: url }
    return rollcall(args, { ...environmentOf(account.simulator), ...places }, folder)
  }
  const sync = (webinar: number) => run('sync', '--full', '--webinar', String(webinar))
  const participants = (webinar: number) => query<Found>(url, participantsSql('public', webinar))
  const correct = async (lines: string[]) => {
    await writeFile(path.join(folder, 'people.csv'), ['decision,one,other,why', ...lines, ''].join('\n'))
    const { code, stdout, stderr } = await run('correct', 'people.csv', '--json')
    return { code, stderr, document: JSON.parse(stdout) }
  }

  /** Two addresses said to be of one person: both came to the first meeting, the one also to the later webinar. */
  let [mine, alsoMine] = ['', '']
  /** Whose last row of the first meeting is said to be somebody else's. */
  let lent = ''
  let row = ''
  let before: Found[]
  let decided: Found[]

  const of = (found: Found[], email: string) =>
    found.find((one) => one.email === email && one.instance === meeting.uuid)

  const ofMine = (found: Found[]) => [of(found, mine), of(found, alsoMine)].filter((one) => one !== undefined)

  beforeAll(async () => {
    account = await openTestAccount({ now })
    folder = await mkdtemp(path.join(tmpdir(), 'rollcall-correct-'))
    dataDir = path.join(folder, 'data')
    url = (await createTestDatabase()).url

    const came = plainPeople(meeting)
    const cameLater = new Set(later.instances.flatMap((instance) => [...plainPeople(instance).keys()]))
    mine = [...came.keys()].find((email) => !cameLater.has(email)) ?? ''
    alsoMine = [...came.keys()].find((email) => cameLater.has(email)) ?? ''
    lent = [...came].find(([email, rows]) => rows === 2 && email !== mine && email !== alsoMine)?.[0] ?? ''
    expect([mine, alsoMine, lent]).not.toContain('')

    expect(await sync(first.id)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^load .*rows written/m),
    })
    before = await participants(first.id)
    const rows = await queryRaw(
      dataDir,
      'select user_id from raw.participants where instance_uuid = $1 and email = $2 order by join_time desc',
      [meeting.uuid, lent],
    )
    row = `row:${meeting.uuid}#${rows[0]?.user_id}`
  })
  afterAll(async () => {
    await account?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('publishes that two are one and that a row is somebody else', async () => {
    const { code, document, stderr } = await correct([
      `one,${mine},${alsoMine},two addresses`,
      `not one,participant:${of(before, lent)?.id},${row},a borrowed laptop`,
    ])
    expect(code, stderr).toBe(0)
    expect(document.corrections).toMatchObject([
      { line: 2, status: 'holds', why: 'two addresses' },
      { line: 3, status: 'holds', why: 'a borrowed laptop' },
    ])

    decided = await participants(first.id)
    const [one, other] = [of(before, mine), of(before, alsoMine)]
    const united = ofMine(decided)
    expect(one?.person_id).not.toBe(other?.person_id)
    expect(united).toMatchObject([
      { method: 'correction', connections: (one?.connections ?? 0) + (other?.connections ?? 0) },
    ])
    const person = united[0]?.person_id
    const alias = [one?.person_id, other?.person_id].find((id) => id !== person)
    expect([one?.person_id, other?.person_id]).toContain(person)
    expect(
      await query(url, 'select person_id from zoom_person_aliases where alias_id = $1', [alias]),
    ).toEqual([{ person_id: person }])
    expect(await query(url, 'select 1 from zoom_people where id = $1', [alias])).toEqual([])

    const lender = of(before, lent)
    expect(of(decided, lent)).toMatchObject({ id: lender?.id, person_id: lender?.person_id, connections: 1 })
    const known = new Set(before.map(({ id }) => id))
    const borrowers = decided.filter(({ id, email }) => !known.has(id) && email === null)
    expect(borrowers).toMatchObject([
      { instance: meeting.uuid, name: lender?.name, method: 'correction', connections: 1 },
    ])
    expect(borrowers.map(({ person_id }) => person_id)).not.toContain(lender?.person_id)
    // Everybody else is as before.
    const others = (found: Found[]) =>
      found.filter(
        ({ id, email }) => ![mine, alsoMine, lent].includes(email ?? '') && id !== borrowers[0]?.id,
      )
    expect(others(decided)).toEqual(others(before))
  })

  it('refuses a file that contradicts itself with 2 and the chain, and changes nothing', async () => {
    const [hash, kept] = [
      await contentHash(url),
      await readFile(path.join(dataDir, 'corrections.json'), 'utf8'),
    ]
    const { code, document, stderr } = await correct([
      `one,${mine},${lent},`,
      `one,${lent},${alsoMine},`,
      `not one,${alsoMine},${mine},`,
    ])
    const reason = `people.csv, line 4: ${alsoMine} and ${mine} are said not to be one, but email:${alsoMine} = email:${lent} (line 3), email:${lent} = email:${mine} (line 2)`
    expect(stderr).toContain(reason)
    expect(code).toBe(2)
    expect(document).toEqual({ status: 'usage', exitCode: 2, error: reason })
    expect(await contentHash(url)).toBe(hash)
    expect(await readFile(path.join(dataDir, 'corrections.json'), 'utf8')).toBe(kept)
  })

  it('holds for what a later sync reads, and in a build of everything', async () => {
    const synced = await sync(later.id)
    expect(synced.stderr).toMatch(/^transform .*for 1 webinar that has changed/m)
    expect(await participants(first.id)).toEqual(decided)
    const person = ofMine(decided)[0]?.person_id
    const came = (await participants(later.id)).filter(({ email }) => email === alsoMine)
    expect(came.length).toBeGreaterThan(0)
    expect(new Set(came.map(({ person_id }) => person_id))).toEqual(new Set([person]))

    // As `transform --full` does; the next decision looks at the steps, and need not build them once more.
    expect(await transform({ dataDir, isFull: true, isWithSteps: true, threads: 1 })).toMatchObject({
      kind: 'full',
    })
    for (const webinar of [first.id, later.id]) {
      const { rows } = await queryCatalog(dataDir, participantsSql('marts', webinar))
      expect(rows).toEqual(await participants(webinar))
    }
  })

  it('gives back what was when the file has the decisions no longer, and ends with 3 for one about nobody', async () => {
    const { code, document } = await correct(['one,nobody@nowhere.example,no.one@nowhere.example,'])
    expect(code).toBe(3)
    expect(document.corrections).toMatchObject([{ line: 2, status: 'matches nothing' }])
    expect(await participants(first.id)).toEqual(before)
    const came = (await participants(later.id)).filter(({ email }) => email === alsoMine)
    expect(new Set(came.map(({ person_id }) => person_id))).toEqual(
      new Set([of(before, alsoMine)?.person_id]),
    )
  })
})
