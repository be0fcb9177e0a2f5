import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Line } from '../../../extract/csv/lines.ts'
import { RecordAssembler, splitCells } from '../../../extract/csv/records.ts'

const linesOf = (text: string): Line[] =>
  text.split('\n').map((each, index) => ({ number: index + 1, text: each, end: '\n' as const }))

function recordsOf(text: string) {
  const assembler = new RecordAssembler(',')
  return [...assembler.push(linesOf(text)), ...assembler.end()]
}

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ' ', '\n', ';') })

describe('records', () => {
  it('are those that another reader of CSV finds, for any cells', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1 }), (rows) => {
        const text = rows
          .map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
          .join('\n')
        const found = recordsOf(text).map(({ cells }) => cells)
        expect(found).toEqual(rows)
        expect(found).toEqual(parse(text, { relax_column_count: true }))
      }),
    )
  })

  it('are found again after any line with a stray quote', () => {
    const row = '"Yes","Ann, A.","a@example.com"'
    fc.assert(
      fc.property(fc.nat(40), fc.nat(row.length), fc.integer({ min: 1, max: 250 }), (before, at, after) => {
        const bad = `${row.slice(0, at)}"${row.slice(at)}`
        const text = [...Array(before).fill(row), bad, ...Array(after).fill(row)].join('\n')
        const records = recordsOf(text)
        const others = records.filter(({ line }) => line !== before + 1)
        expect(others.map(({ line }) => line)).toEqual(
          Array.from({ length: before + after }, (_, index) => index + 1 + (index >= before ? 1 : 0)),
        )
        expect(others.every(({ cells }) => cells?.join('|') === 'Yes|Ann, A.|a@example.com')).toBe(true)
      }),
    )
  })

  it('do not wait for the end of the file for a quote that never closes', () => {
    const assembler = new RecordAssembler(',')
    const found = assembler.push(linesOf(`"open\n${'row\n'.repeat(5_000)}`))
    expect(found).toHaveLength(5_002)
    expect(found[0]).toMatchObject({ line: 1, cells: null, reason: 'a quote is opened that never closes' })
  })

  it('say the line they begin on', () => {
    expect(recordsOf('a\n"b\nb"\nc').map(({ line }) => line)).toEqual([1, 2, 4])
  })

  it('keep quotes within an unquoted cell', () => {
    expect(splitCells('Ann "A" Lee,5" disk,', ',')).toEqual(['Ann "A" Lee', '5" disk', ''])
  })
})
