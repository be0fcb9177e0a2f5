import { describe, expect, it } from 'vitest'
import { csvOf } from '../../dashboard/page/src/csv.ts'

describe('csvOf', () => {
  it('leads text that a spreadsheet would take for a formula with an apostrophe', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1']) {
      const [, line = ''] = csvOf(['name'], [[formula]]).split(/\r\n(?=.)/)
      expect(line.replace(/^"/, '')).toMatch(/^'/)
    }
  })

  it('leaves figures as they are, also negative ones', () => {
    expect(csvOf(['a', 'b', 'c'], [[-1, 2.5, null]])).toBe('\uFEFFa,b,c\r\n-1,2.5,\r\n')
  })

  it('quotes what would end a cell or a line', () => {
    expect(csvOf(['name'], [['a,b'], ['say "hi"'], ['two\nlines']])).toBe(
      '\uFEFFname\r\n"a,b"\r\n"say ""hi"""\r\n"two\nlines"\r\n',
    )
  })
})
