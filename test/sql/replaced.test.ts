import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

let runner: ModelRunner
beforeAll(async () => {
  runner = await ModelRunner.open()
  await runner.given(
    'intermediate.link_pairs_compared',
    {
      unit_key: 'bigint',
      other_key: 'bigint',
      other_side: 'varchar',
      name_level: 'varchar',
      time_level: 'varchar',
    },
    [],
  )
  await runner.build('intermediate.link_rates')
  await runner.given('intermediate.participant_keys_owned', { participant_key: 'bigint' }, [])
})
afterAll(() => runner.close())

/** Participants without keys, numbered from 1, each with one stay of `[join, leave]` in seconds. */
async function replacedAmong(...stays: [join: number, leave: number][]): Promise<number[]> {
  const keys = stays.map((_, index) => ({ connection_key: index + 1, participant_key: index + 1 }))
  await runner.given(
    'intermediate.connections_identified',
    { connection_key: 'bigint', participant_key: 'bigint' },
    keys,
  )
  await runner.given(
    'intermediate.connections_cleaned',
    { connection_key: 'bigint', instance_key: 'bigint', join_ms: 'bigint', leave_ms: 'bigint' },
    stays.map(([join, leave], index) => ({
      connection_key: index + 1,
      instance_key: 1,
      join_ms: join * 1000,
      leave_ms: leave * 1000,
    })),
  )
  await runner.build('intermediate.participants_rivalled')
  const rows = await runner.rows(
    'select participant_key from intermediate.participants_rivalled where is_replaced order by 1',
  )
  return rows.map((row) => Number(row.participant_key))
}

describe('somebody who may have come back under another name', () => {
  it('is whoever leaves within a minute of another coming, and that other', async () => {
    expect(await replacedAmong([0, 100], [160, 300], [361, 400])).toEqual([1, 2])
  })

  it('is everybody who comes in the same moment, in whatever order they are stored', async () => {
    expect(await replacedAmong([0, 100], [130, 300], [130, 700])).toEqual([1, 2, 3])
    expect(await replacedAmong([130, 700], [130, 300], [0, 100])).toEqual([1, 2, 3])
  })

  it('is everybody who leaves before the same arrival', async () => {
    expect(await replacedAmong([0, 100], [0, 100], [130, 700])).toEqual([1, 2, 3])
  })

  it('is nobody who only follows themselves', async () => {
    expect(await replacedAmong([50, 50], [500, 600])).toEqual([])
  })
})
