import { describe, expect, it } from 'vitest'
import { layout2020, layout2025 } from './layouts.ts'
import { allOf, readText } from './reading.ts'

const accented = layout2020.replace('Paul Panel', 'P\u00e4ul \u{1F600} \u5f20')

async function contentOf(content: string | Uint8Array, chunk_bytes = 65_536): Promise<unknown> {
  const report = await readText(content, { chunk_bytes })
  const streams = await Promise.all(
    (['instances', 'participants', 'registrants'] as const).map((each) => allOf(report, each)),
  )
  return { streams, header: report.header, counts: report.counts, notes: report.notes }
}

const utf16be = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()

describe('the same report says the same', () => {
  it.each([
    ['with a byte-order mark', Buffer.from(`\ufeff${accented}`)],
    ['with Windows line ends', Buffer.from(accented.replaceAll('\n', '\r\n'))],
    ['with old Mac line ends', Buffer.from(accented.replaceAll('\n', '\r'))],
    ['in UTF-16 with a mark', Buffer.from(`\ufeff${accented}`, 'utf16le')],
    ['in UTF-16 without a mark', Buffer.from(accented, 'utf16le')],
    ['in UTF-16, big end first', utf16be(accented)],
    [
      'with NUL characters strewn in',
      Buffer.from(accented.replaceAll('Details', 'Det\0ails').replaceAll('Ann', 'A\0nn')),
    ],
    ['padded with commas', Buffer.from(accented.replaceAll('\n', ',,,\n'))],
    ['with empty lines between', Buffer.from(accented.replaceAll('\n', '\n\n'))],
  ])('%s', async (name, bytes) => {
    const plain = name.includes('empty lines')
      ? withoutLines(await contentOf(accented))
      : await contentOf(accented)
    const read = await contentOf(bytes)
    expect(name.includes('empty lines') ? withoutLines(read) : read).toEqual(plain)
  })

  it.each([';', '\t'])('with %j between its cells', async (delimiter) => {
    const quoted = accented.replaceAll(/"[^"]*"|,/g, (found) => (found === ',' ? delimiter : found))
    expect(await contentOf(quoted)).toEqual(await contentOf(accented))
  })

  it.each([1, 2, 3, 7, 64])('in chunks of %i bytes', async (chunk_bytes) => {
    const whole = await contentOf(accented)
    expect(await contentOf(`\ufeff${accented.replaceAll('\n', '\r\n')}`, chunk_bytes)).toEqual(whole)
    expect(await contentOf(Buffer.from(`\ufeff${accented}`, 'utf16le'), chunk_bytes)).toEqual(whole)
  })
})

it.each([1, 65_536])(
  'line ends within an answer stay as they are, and lines are counted, in chunks of %i bytes',
  async (chunk_bytes) => {
    const text = `${layout2025}Maybe,,,,\n`.replaceAll('\n', '\r\n')
    const report = await readText(text, { chunk_bytes })
    const { rows } = await allOf(report, 'registrants')
    expect(rows.map(({ row }) => row.custom_answers)[1]).toContain('One,\\r\\ntwo')
    const { rejects } = await allOf(report, 'participants')
    expect(rejects.map(({ rowNumber }) => rowNumber)).toEqual([text.split('\n').length - 1])
  },
)

function withoutLines(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content).replaceAll(/"rowNumber":\d+/g, '"rowNumber":0'))
}
