import { expect, test } from 'vitest'
import { columnsOf } from '../../../extract/raw/columns.ts'
import { type CapturedPage, heldBytes, holdable } from '../../../extract/raw/heldPages.ts'
import { instance, pageOf, participants } from './zonePages.ts'
import { setup, unsyncedDisk } from './zoneSetup.ts'

const pageRows = 60
const pageAt = (page: number) => pageOf({ rows: participants(100 + page * pageRows, pageRows), next: 'more' })

/** What waits for its flush, of one page. */
const pageBytes = heldBytes([
  { held: holdable(columnsOf('participants'), pageAt(0).page) } as unknown as CapturedPage,
])

/** Ends captures of so many pages, then writes one of twelve into memory for sixteen. */
async function written(endedPages: number) {
  const { open, rows } = await setup()
  let readBack = 0
  const readPart: typeof unsyncedDisk.readPart = (...asked) => {
    readBack++
    return unsyncedDisk.readPart(...asked)
  }
  const zone = await open({ heldBytesMax: pageBytes * 16.5 }, { ...unsyncedDisk, readPart })
  const write = async (name: string, pages: number) => {
    const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance(name) })
    for (let page = 0; page < pages; page++) await writer.page(pageAt(page))
    return writer
  }
  await (await write('a==', endedPages)).end({ status: 'complete' })
  const before = zone.stats().segments
  const last = await write('b==', 12)
  const meanwhile = zone.stats().segments
  await last.end({ status: 'complete' })
  await zone.close()
  return { before, meanwhile, readBack, rows: (await rows('participants')).length }
}

test('an open capture that would fill the memory has what ended flushed, and no page is read back', async () => {
  const { before, meanwhile, readBack, rows } = await written(6)
  expect(before).toBe(0)
  expect(meanwhile).toBeGreaterThan(0)
  expect(readBack).toBe(0)
  expect(rows).toBe(18 * pageRows)
})

test('no flush is made for the little that ended while open captures fill the memory', async () => {
  const { meanwhile, rows } = await written(3)
  expect(meanwhile).toBe(0)
  expect(rows).toBe(15 * pageRows)
})
