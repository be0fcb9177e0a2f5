import { expect, test } from 'vitest'
import { participantsBody } from '../../../bench/participantPages.ts'
import { decodeRecord, encodeRecord } from '../../../extract/raw/journalRecord.ts'
import { endpointFor, parsePage } from '../../../extract/zoom/endpoints/catalogue.ts'
import { fetchedAt, instance } from './zonePages.ts'
import { setup } from './zoneSetup.ts'

const header = { t: 'page', c: 'run-000001', n: 1, at: 1, bytes: 2 } as const

test('a body is journaled as bytes to the letter as it is as text', () => {
  for (const text of ['{}', '{"name":"王 é"}', '{\n "a": [\n1]}\n']) {
    const line = Buffer.concat(encodeRecord(header, Buffer.from(text)))
    expect(line.toString()).toBe(Buffer.concat(encodeRecord(header, text)).toString())
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(decodeRecord(line)).toEqual({
      ...header,
      body: JSON.parse(text),
    })
  }
})

test('pages read from their bytes and pages read by rows give the same files, before and after a crash', async () => {
  const { scan, parse } = endpointFor('participants', 'report')
  const bodies = [0, 300, 600].map((first) =>
    participantsBody(first, 300, { isLast: first === 600, total: 900 }),
  )
  const read = async (how: 'scanned' | 'by rows' | 'crashed') => {
    const { open, rows } = await setup()
    const zone = await open({ parse: parsePage })
    const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance('a==') })
    for (const body of bodies) {
      const page = how === 'by rows' ? parse(JSON.parse(body.toString())) : scan?.(body)?.page
      if (!page) throw new Error('the page was not scanned')
      await writer.page({ page, text: body, fetchedAt, bytes: body.length })
    }
    const progress = writer.progress()
    await writer.end({ status: 'complete' })
    if (how !== 'crashed') await zone.close()
    else await (await open({ parse: parsePage })).close()
    return { progress, participants: await rows('participants'), captures: await rows('captures') }
  }
  const byRows = await read('by rows')
  expect(byRows.participants).toHaveLength(900)
  expect(byRows.progress).toMatchObject({ rows: 900, distinctRows: 900, expected: 900, hasDurations: true })
  expect(await read('scanned')).toEqual(byRows)
  expect(await read('crashed')).toEqual(byRows)
})

test('pages that wait in memory where flushed pages waited do not show them', async () => {
  const { scan } = endpointFor('participants', 'report')
  const { open, rows } = await setup()
  const zone = await open({ parse: parsePage })
  const sizes = [300, 40, 290, 300, 41, 1]
  for (const [round, size] of sizes.entries()) {
    const body = participantsBody(round * 1000, size, { isLast: true, total: size })
    const page = scan?.(body)?.page
    if (!page) throw new Error('the page was not scanned')
    const writer = zone.begin({ stream: 'participants', source: 'report', subject: instance(`${round}==`) })
    await writer.page({ page, text: body, fetchedAt, bytes: body.length })
    await writer.end({ status: 'complete' })
    await zone.flush()
  }
  await zone.close()
  const names = (await rows('participants')).map(({ instance_uuid, name, raw }) => {
    expect(JSON.parse(raw as string)).toMatchObject({ name })
    return `${instance_uuid} ${name}`
  })
  const expected = sizes.flatMap((size, round) =>
    Array.from({ length: size }, (_, at) => `${round}== Person Number ${round * 1000 + at}`),
  )
  expect(names.sort()).toEqual(expected.sort())
})
