import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remembered } from '../../dashboard/remembered.ts'
import { openReader, type Reader } from '../../dashboard/warehouse.ts'
import { createSmallWarehouse } from '../load/loading.ts'

let reader: Reader
beforeAll(async () => {
  reader = await openReader(await createSmallWarehouse())
})
afterAll(() => reader.close())

it('works out once what several ask for at the same time, for each input', async () => {
  const asked: string[] = []
  const slow = remembered(async (_, input: string) => {
    asked.push(input)
    await sleep(50)
    return `answer to ${input}`
  })
  const ask = (input: string) => reader.read((snapshot) => slow(snapshot, input))
  expect(await Promise.all([ask('one'), ask('one'), ask('other')])).toEqual([
    'answer to one',
    'answer to one',
    'answer to other',
  ])
  expect(await ask('one')).toBe('answer to one')
  expect(asked.sort()).toEqual(['one', 'other'])
})

it('tells all who wait when it fails, and tries again for whoever asks next', async () => {
  let times = 0
  const failing = remembered(async () => {
    times += 1
    await sleep(50)
    if (times === 1) throw new Error('no answer')
    return times
  })
  const ask = () => reader.read((snapshot) => failing(snapshot, 'one'))
  const first = await Promise.allSettled([ask(), ask()])
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask()).toBe(2)
})
