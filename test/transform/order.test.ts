import { describe, expect, it } from 'vitest'
import { orderByDependency } from '../../transform/order.ts'

const sources = new Set(['raw.participants'])

describe('orderByDependency', () => {
  it('puts each model after what it reads, ties by name', () => {
    const dependencies = new Map([
      ['marts.a', ['intermediate.z', 'intermediate.b']],
      ['intermediate.z', ['staging.s']],
      ['intermediate.b', ['staging.s']],
      ['staging.s', ['raw.participants']],
    ])
    const expected = ['staging.s', 'intermediate.b', 'intermediate.z', 'marts.a']
    expect(orderByDependency(dependencies, sources)).toEqual(expected)
    expect(orderByDependency(new Map([...dependencies].reverse()), sources)).toEqual(expected)
  })

  it('names a cycle in the order its members lead to each other', () => {
    const dependencies = new Map([
      ['staging.a', ['staging.b']],
      ['staging.b', ['staging.c']],
      ['staging.c', ['staging.b']],
    ])
    expect(() => orderByDependency(dependencies, sources)).toThrow(
      'models depend on each other: staging.b -> staging.c -> staging.b',
    )
  })

  it('names a table that nobody makes, and the file that would', () => {
    expect(() => orderByDependency(new Map([['marts.a', ['staging.gone']]]), sources)).toThrow(
      /marts\.a reads staging\.gone.*sql\/staging\/gone\.sql/,
    )
  })
})
