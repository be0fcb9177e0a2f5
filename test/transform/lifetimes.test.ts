import { describe, expect, it } from 'vitest'
import { lastReads } from '../../transform/lifetimes.ts'

const reads = new Map([
  ['a', ['raw']],
  ['view', ['a']],
  ['b', ['a']],
  ['c', ['view', 'b']],
  ['d', ['b']],
])
const order = ['a', 'view', 'b', 'c', 'd']

function last(views: string[], later: string[]) {
  return Object.fromEntries(lastReads(order, reads, (name) => views.includes(name), new Set(later)))
}

describe('lastReads', () => {
  it('says what nobody reads any more', () => {
    expect(last([], [])).toEqual({ b: ['a'], c: ['view'], d: ['b'] })
  })
  it('keeps what a view reads as long as the view is read', () => {
    expect(last(['view'], [])).toEqual({ c: ['a', 'view'], d: ['b'] })
  })
  it('keeps what is read when all is built, also through a view', () => {
    expect(last(['view'], ['view', 'b'])).toEqual({})
  })
})
