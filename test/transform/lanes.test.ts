import { describe, expect, it } from 'vitest'
import { workInLanes } from '../../transform/lanes.ts'

/** Works that end when they are told to, in the order of `ends`; says what happened. */
async function happenings(
  works: string[],
  needs: Record<string, string[]>,
  lanes: string[],
  ends: string[],
  failing: string[] = [],
): Promise<string[]> {
  const log: string[] = []
  const finish = new Map<string, () => void>()
  const left = [...ends]
  const next = () => {
    const end = finish.get(left[0] ?? '')
    if (end === undefined) return
    left.shift()
    end()
  }
  const done = workInLanes(works, new Map(Object.entries(needs)), lanes, (name, lane) => {
    log.push(`${name} in ${lane}`)
    return new Promise((resolve, reject) => {
      finish.set(name, () => {
        log.push(`${name} ends`)
        if (failing.includes(name)) reject(new Error(name))
        else resolve()
      })
    })
  })
  const ticking = setInterval(next, 1)
  try {
    await done
  } catch (error) {
    log.push(`thrown: ${(error as Error).message}`)
  } finally {
    clearInterval(ticking)
  }
  return log
}

describe('workInLanes', () => {
  it('begins what waits for nothing in whichever lane is free', async () => {
    expect(await happenings(['a', 'b', 'c'], {}, ['1', '2'], ['b', 'a', 'c'])).toEqual([
      ...['a in 1', 'b in 2', 'b ends', 'c in 2', 'a ends', 'c ends'],
    ])
  })
  it('lets work wait for what it needs, and takes the next meanwhile', async () => {
    const needs = { b: ['a', 'no work at all'], c: [] }
    expect(await happenings(['a', 'b', 'c'], needs, ['1', '2'], ['c', 'a', 'b'])).toEqual([
      ...['a in 1', 'c in 2', 'c ends', 'a ends', 'b in 2', 'b ends'],
    ])
  })
  it('keeps the order with one lane', async () => {
    expect(await happenings(['a', 'b'], { b: ['a'] }, ['1'], ['a', 'b'])).toEqual([
      ...['a in 1', 'a ends', 'b in 1', 'b ends'],
    ])
  })
  it('begins nothing after a failure, and throws it when the other lane is done', async () => {
    expect(await happenings(['a', 'b', 'c'], {}, ['1', '2'], ['a', 'b'], ['a'])).toEqual([
      ...['a in 1', 'b in 2', 'a ends', 'b ends', 'thrown: a'],
    ])
  })
  it('says before any begins how many will be at work, also while they wait for the last', async () => {
    const said: string[] = []
    await workInLanes(
      ['a', 'b', 'c'],
      new Map([['c', ['a', 'b']]]),
      ['1', '2'],
      async (name) => {
        said.push(name)
        await new Promise((resolve) => setTimeout(resolve, name === 'a' ? 20 : 1))
      },
      async (busy) => {
        said.push(`${busy} busy`)
      },
    )
    expect(said).toEqual(['2 busy', 'a', 'b', '1 busy', '1 busy', 'c', '0 busy'])
  })
  it('goes on where all that was begun has ended while the share was told', async () => {
    const ended: string[] = []
    const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
    await workInLanes(
      ['a', 'b', 'c'],
      new Map([['c', ['b']]]),
      ['1', '2'],
      async (name) => {
        await wait(name === 'b' ? 10 : 1)
        ended.push(name)
      },
      () => wait(30),
    )
    expect(ended).toEqual(['a', 'b', 'c'])
  })
  it('begins nothing where what is to be shared cannot be, and throws that', async () => {
    const begun: string[] = []
    const refuse = () => Promise.reject(new Error('no'))
    const work = async (name: string) => void begun.push(name)
    await expect(workInLanes(['a'], new Map(), ['1'], work, refuse)).rejects.toThrow('no')
    expect(begun).toEqual([])
  })
  it('does not end as if all were done where works wait for each other', async () => {
    expect(await happenings(['a', 'b'], { a: ['b'], b: ['a'] }, ['1'], [])).toEqual([
      'thrown: these wait for each other: a, b',
    ])
  })
})
