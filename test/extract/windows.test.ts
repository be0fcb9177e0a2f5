import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monthWindows } from '../../extract/discovery/windows.ts'

describe('monthWindows', () => {
  it('cuts a span at the borders of months, both days inclusive', () => {
    expect(monthWindows(new Date('2026-01-30T23:00:00Z'), new Date('2026-03-02T01:00:00Z'))).toEqual([
      { from: '2026-01-30', to: '2026-01-31' },
      { from: '2026-02-01', to: '2026-02-28' },
      { from: '2026-03-01', to: '2026-03-02' },
    ])
  })

  it('covers every day exactly once and never asks for more than a month', () => {
    const day = fc.integer({ min: 15_000, max: 25_000 })
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 800 }), (first, length) => {
        const date = (number: number) => new Date(number * 86_400_000)
        const days = monthWindows(date(first), date(first + length)).flatMap(({ from, to }) => {
          const [a, b] = [Date.parse(from) / 86_400_000, Date.parse(to) / 86_400_000]
          expect(b - a).toBeLessThan(31)
          return Array.from({ length: b - a + 1 }, (_, index) => a + index)
        })
        expect(days).toEqual(Array.from({ length: length + 1 }, (_, index) => first + index))
      }),
    )
  })
})
