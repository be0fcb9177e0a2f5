import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CorrectedWorld, type FoundParticipant } from './world.ts'

type Participants = Record<string, FoundParticipant[]>

async function participantsOf(world: CorrectedWorld, uuids: string[]): Promise<Participants> {
  const found: Participants = {}
  for (const uuid of uuids) found[uuid] = await world.participants(uuid)
  return found
}

const statuses = async (world: CorrectedWorld) => (await world.outcomes()).map(({ status }) => status)

/*
 * What can be decided, on one account: in its first webinar people are said to be one, in its second not to be one.
 */
describe('a decision', () => {
  let world: CorrectedWorld
  let before: Participants
  let after: Participants
  let lines: string[]
  const uuids = ['a==', 'b==', 'c==', 'd==', 'e==', 'f==', 'n==', 'o==', 'p==']
  const second = 93_000_000_001
  beforeAll(async () => {
    world = await CorrectedWorld.create()
    world.instance('a==', [['Ann Reed', null, null, 'ann@x.org', 0, 30]])
    world.instance('b==', [['A. Reed', null, null, 'reed@work.example', 0, 10]])
    world.instance('c==', [
      ['Ann Reed', null, null, 'ann@x.org', 0, 30],
      ['A. Reed', null, null, 'reed@work.example', 20, 50],
    ])
    world.instance('d==', [
      ['Bo Karlsson', null, null, null, 0, 10],
      ['Bo Karlsson', null, null, null, 20, 30],
    ])
    world.instance('e==', [
      ['Bosse', null, null, null, 0, 10],
      ['iPad', null, null, null, 5, 20],
    ])
    world.registrants([
      { id: 'R1', name: 'Cy Dent', email: 'cy@x.org' },
      { id: 'R2', name: 'Cy Dent', email: 'dent@work.example' },
    ])
    world.instance('f==', [
      ['Cy', 'R1', null, null, 0, 10],
      ['Cyrus', 'R2', null, null, 20, 30],
      ['Cy (phone)', null, null, null, 40, 50],
    ])
    const family = [
      { id: 'R3', name: 'Joy Reed', email: 'family@x.org' },
      { id: 'R4', name: 'Bob Reed', email: 'family@x.org' },
      { id: 'R5', name: 'Eve Stone', email: 'eve@x.org' },
    ]
    world.registrants(family, second)
    world.instance(
      'n==',
      [
        ['Joy Reed', 'R3', null, 'family@x.org', 0, 30],
        ['Bob Reed', 'R4', null, 'family@x.org', 10, 40],
        ['Bob Reed', null, null, 'family@x.org', 50, 60],
      ],
      second,
    )
    world.instance(
      'o==',
      [
        ['Eve Stone', 'R5', null, 'eve@x.org', 0, 10],
        ['Rob Mall', 'R5', null, 'eve@x.org', 20, 30],
        ['Desk Cy', null, 'U1', null, 40, 50],
        ['Desk Di', null, 'U1', null, 52, 60],
      ],
      second,
    )
    world.instance(
      'p==',
      [
        ['John Smith', null, null, null, 0, 10],
        ['John Smith', null, null, null, 5, 20],
        ['Ida Moor', null, null, 'ida@x.org', 0, 10],
        ['Guest of Ida', null, null, 'ida@x.org', 5, 20],
      ],
      second,
    )
    await world.build()
    before = await participantsOf(world, uuids)
    const id = (uuid: string, index: number) => before[uuid]?.[index]?.id
    const john = before['p==']?.find(({ name }) => name === 'John Smith')
    lines = [
      'one,ann@x.org,email:Reed@work.example ,two addresses',
      `one,participant:${id('e==', 0)},participant:${id('d==', 0)},`,
      `one,person:${before['e==']?.[0]?.person},participant:${id('e==', 1)},`,
      'one,cy@x.org,dent@work.example,',
      `one,participant:${id('f==', 2)},registrant:R1`,
      'not one,registrant:R3,registrant:R4,',
      'not one,registrant:R5,,',
      'not one,user:U1,,the front desk',
      `not one,participant:${john?.id},row:p==#102,`,
      'not one,ida@x.org,row:p==#104,',
      'one,row:p==#104,row:p==#102,',
    ]
    await world.correct(...lines)
    after = await participantsOf(world, uuids)
  }, 120_000)
  afterAll(() => world.close())

  it('that two are one makes one participant of two in an instance, whose sessions merge', () => {
    expect(before['c==']).toHaveLength(2)
    expect(after['c==']).toMatchObject([{ rows: 2, seconds: 3000, method: 'correction', confidence: 1 }])
  })
  it('that two are one makes one person across instances, with the older id, and the younger becomes an alias', async () => {
    const [older, younger] = [before['a==']?.[0], before['b==']?.[0]]
    // Nothing of these instances was decided; only whose they are.
    expect(after['a==']).toEqual([older])
    expect(after['b==']).toEqual([{ ...younger, person: older?.person }])
    expect(after['c==']?.[0]?.person).toBe(older?.person)
    expect((await world.aliases()).get(younger?.person ?? '')).toBe(older?.person)
  })
  it('that two are one holds for people without keys, in all their rows', async () => {
    const [older, younger] = [before['d==']?.[0], before['e==']?.[0]]
    expect(after['d==']).toMatchObject([
      { id: older?.id, person: older?.person, rows: 2, method: 'correction' },
    ])
    expect(after['e==']).toMatchObject([
      { name: 'Bosse', rows: 2, seconds: 1200, person: older?.person, method: 'correction' },
    ])
    expect((await world.aliases()).get(younger?.person ?? '')).toBe(older?.person)
  })
  it('that two are one means the registrations of an e-mail too', () => {
    expect(before['f==']).toHaveLength(3)
    expect(after['f==']).toMatchObject([{ rows: 3, method: 'correction', registrant: 'R1' }])
  })
  it('that two are not one finds what two registrants share, and lets the e-mail count with the name only', () => {
    expect(before['n==']).toMatchObject([{ rows: 3 }])
    expect(after['n==']).toMatchObject([
      { name: 'Joy Reed', rows: 1, registrant: 'R3', email: 'family@x.org', method: 'correction' },
      { name: 'Bob Reed', rows: 2, registrant: 'R4', email: 'family@x.org', confidence: 1 },
    ])
    expect(after['n==']?.[0]?.person).not.toBe(after['n==']?.[1]?.person)
  })
  it('that two are not one splits a link that two used in turn, and a shared account user', () => {
    expect(before['o==']).toHaveLength(2)
    expect(after['o==']).toMatchObject([
      { name: 'Eve Stone', registrant: 'R5', email: 'eve@x.org', rows: 1, method: 'correction' },
      { name: 'Rob Mall', registrant: null, email: null, rows: 1 },
      { name: 'Desk Cy', rows: 1 },
      { name: 'Desk Di', rows: 1 },
    ])
  })
  it('that two are not one parts a row from what it is with, by keys or by name, and may say whose it is', () => {
    const john = before['p==']?.find(({ name }) => name === 'John Smith')
    expect(john?.rows).toBe(2)
    expect(after['p==']).toMatchObject([
      { name: 'Ida Moor', rows: 1, method: 'email' },
      { name: 'John Smith', rows: 1, method: 'name', id: john?.id, person: john?.person },
      { name: 'John Smith', rows: 2, method: 'correction', email: null },
    ])
    expect(new Set(after['p==']?.map(({ person }) => person)).size).toBe(3)
  })
  it('holds after what is read later, and for ids that it changed itself, and is taken back', async () => {
    expect(await statuses(world)).toEqual(Array(lines.length).fill('holds'))
    world.instance('g==', [['Somebody', null, null, 'else@x.org', 0, 10]])
    world.instance(
      'q==',
      [
        ['Bob Reed', null, null, 'family@x.org', 0, 10],
        ['Cy Reed', null, null, 'family@x.org', 0, 10],
      ],
      second,
    )
    // The file once more: participants it names are no more, but what it meant is known.
    await world.correct(...lines)
    expect(await participantsOf(world, uuids)).toEqual(after)
    // People are known by address and name.
    const bob = after['n==']?.[1]?.person
    const later = await world.participants('q==')
    expect(later.map(({ name, person }) => [name, person === bob])).toEqual([
      ['Bob Reed', true],
      ['Cy Reed', false],
    ])
    await world.correct()
    expect(await participantsOf(world, uuids)).toEqual(before)
  }, 120_000)
})

describe('decisions that cannot be taken', () => {
  let world: CorrectedWorld
  beforeAll(async () => {
    world = await CorrectedWorld.create()
    world.instance('a==', [
      ['Ann', 'R1', 'U1', null, 0, 10],
      ['Ann', null, 'U1', 'x@x.org', 0, 10],
      ['Bob', 'R2', 'U2', null, 0, 10],
      ['Bob', null, 'U2', 'x@x.org', 0, 10],
    ])
    await world.build()
  }, 120_000)
  afterAll(() => world.close())

  it('are refused with the chain where they contradict each other', async () => {
    await expect(
      world.correct('one,a@x.org,b@x.org,', 'one,c@x.org,b@x.org,', 'not one,a@x.org,c@x.org,'),
    ).rejects.toThrow(
      'decisions.csv, line 4: a@x.org and c@x.org are said not to be one, but email:a@x.org = email:b@x.org (line 2), email:b@x.org = email:c@x.org (line 3)',
    )
    await expect(world.correct('one,a@x.org,b@x.org,', 'not one,a@x.org,,')).rejects.toThrow(
      'line 2: takes email:a@x.org for one person, but by line 3 several people use it',
    )
  })
  it('are refused with the chain where more than one thing connects the two', async () => {
    await expect(world.correct('not one,registrant:R1,registrant:R2,')).rejects.toThrow(
      'registrant:R1 – user:U1 – email:x@x.org – user:U2 – registrant:R2',
    )
    await expect(world.correct('not one,registrant:R1,user:U1,')).rejects.toThrow(
      'are one through registrant:R1 – user:U1. Say which of these several people use, with a line such as: not one,registrant:R1,',
    )
  })
  it('name every line that is wrong, and why', async () => {
    await expect(
      world.correct(
        'same,a@x.org,b@x.org',
        'one,a@x.org,',
        'one,b@x.org,a@x.org',
        'one,a@x.org,b@x.org',
        '"one,a@x.org,b',
      ),
    ).rejects.toThrow(
      /line 2: the decision is "same".*\n.*line 3: the column "other" is empty.*\n.*line 5: says the same as line 4.*\n.*line 6: a quote/,
    )
    await expect(
      world.correct('one,Ann Reed,a@x.org', 'one,participant:7,row:a==', 'not one,@,'),
    ).rejects.toThrow(
      /line 2: "Ann Reed" names nobody.*\n.*line 3: "participant:7" has no id.*\n.*line 3: "row:a==" is no row.*\n.*line 4: "@" is no e-mail/,
    )
    const unknown = '00000000-0000-0000-0000-000000000000'
    await expect(world.correct(`one,participant:${unknown},a@x.org`)).rejects.toThrow(
      `line 2: no participant has the id ${unknown}`,
    )
    await expect(world.correct('one,a@x.org,b@x.org,why,,and more')).rejects.toThrow(
      'has 6 cells for 4 columns',
    )
  })
  it('are told of where they match nothing, and when what they say does not hold', async () => {
    await world.correct(
      'one,nobody@x.org,user:U1,',
      'not one,user:U1,user:U9,',
      'not one,user:U1,late@x.org,',
    )
    expect(await world.outcomes()).toMatchObject([
      { line: 2, status: 'matches nothing', note: expect.stringContaining('nobody@x.org is in no row') },
      { line: 3, status: 'matches nothing', note: expect.stringContaining('user:U9') },
      { line: 4, status: 'matches nothing' },
    ])
    world.instance('b==', [['Ann', null, 'U1', 'late@x.org', 0, 10]])
    await world.build()
    expect((await world.outcomes())[2]).toMatchObject({
      status: 'broken',
      note: expect.stringContaining('still one person'),
    })
  }, 120_000)
})
