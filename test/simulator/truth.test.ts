import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createAccount } from '../../simulator/account.ts'
import { truthOf, writeTruth } from '../../simulator/truth.ts'
import { connect, now, twice } from './client.ts'
import { peakOf, presenceOf, type Registration, readInstance, type ServedRow } from './reading.ts'

test.each([
  { seed: 1, scale: 'tiny' as const },
  { seed: 2, scale: 'tiny' as const },
  { seed: 3, scale: 1200 },
])('an exact reading of all pages finds the truth (seed $seed, scale $scale)', async ({ seed, scale }) => {
  const { account, all } = await connect({ seed, scale })
  const truth = truthOf(account)
  for (const webinar of truth.webinars) {
    const registrants: Registration[] = []
    if (webinar.is_listed) {
      const found = account.webinars.find(({ id }) => id === webinar.zoom_webinar_id)
      const occurrences =
        found?.registrationType === 2 ? found.occurrences.map(({ id }) => `&occurrence_id=${id}`) : ['']
      for (const occurrence of occurrences)
        registrants.push(
          ...(await all<Registration>(
            `/webinars/${webinar.zoom_webinar_id}/registrants?page_size=300${occurrence}`,
            'registrants',
          )),
        )
    }
    expect(registrants.length).toBe(webinar.approved)
    const came = new Set<string>()
    for (const instance of webinar.instances) {
      if (!instance.is_available) continue
      const rows = await all<ServedRow>(
        `/report/webinars/${twice(instance.zoom_uuid)}/participants?page_size=300&include_fields=registrant_id`,
        'participants',
      )
      const found = readInstance(rows, registrants)
      const presence = found.participants.map(presenceOf)
      const peak = peakOf(found.participants)
      for (const id of found.registrations) came.add(id)
      expect({
        rows: rows.length,
        waiting_room_rows: rows.filter((row) => row.status === 'in_waiting_room').length,
        connections: found.connections,
        participants: found.participants.length,
        sessions: presence.reduce((sum, p) => sum + p.sessions, 0),
        total_duration: presence.reduce((sum, p) => sum + p.seconds, 0),
        peak_concurrent: peak.count,
        peak_at: peak.at === null ? null : `${new Date(peak.at * 1000).toISOString().slice(0, 19)}Z`,
        actual_registrants_attended: found.registrations.size,
        duplicate_rows:
          rows.length - found.connections - rows.filter((row) => row.status === 'in_waiting_room').length,
      }).toEqual({
        rows: instance.rows,
        waiting_room_rows: instance.waiting_room_rows,
        connections: instance.connections,
        participants: instance.participants,
        sessions: instance.sessions,
        total_duration: instance.total_duration,
        peak_concurrent: instance.peak_concurrent,
        peak_at: instance.peak_at,
        actual_registrants_attended: instance.actual_registrants_attended,
        duplicate_rows: instance.duplicate_rows,
      })
    }
    expect(came.size).toBe(webinar.actual.registrants_attended)
  }
})

test('the roles of an instance add up to its participants', () => {
  for (const { instances } of truthOf(createAccount({ seed: 5, now })).webinars)
    for (const instance of instances)
      expect(instance.attendees + instance.panelists + instance.hosts).toBe(instance.participants)
})

test('unlisted webinars have registrants in fact and none to be had', () => {
  const unlisted = truthOf(createAccount({ now })).webinars.find((webinar) => !webinar.is_listed)
  expect(unlisted).toMatchObject({
    has_registration: false,
    approved: 0,
    registrants_attended: 0,
    attendance_rate: null,
  })
  expect(unlisted?.actual.approved).toBeGreaterThan(20)
  expect(unlisted?.actual.registrants_attended).toBeGreaterThan(20)
})

test('instances older than a year are in the truth and in none of its sums', () => {
  const truth = truthOf(createAccount({ now }))
  const old = truth.webinars
    .flatMap((webinar) => webinar.instances)
    .filter((instance) => !instance.is_available)
  expect(old.length).toBe(truth.totals.unavailable_instances)
  expect(old.length).toBe(1)
  const available = truth.webinars.flatMap((w) => w.instances).filter((i) => i.is_available)
  expect(truth.totals.participants).toBe(available.reduce((sum, i) => sum + i.participants, 0))
  expect(truth.totals.people).toBeLessThan(truth.totals.participants)
  expect(truth.totals.people_known).toBeGreaterThan(truth.totals.people)
  for (const webinar of truth.webinars) expect(webinar.people).toBeLessThanOrEqual(webinar.participants)
})

test('every instance but a recent one ended more than eight days ago', () => {
  const account = createAccount({ now, recent: true })
  const settled = account.instances.filter((instance) => account.now - instance.end > 8 * 86_400)
  expect(settled.length).toBe(account.instances.length - 1)
  expect(account.now - Math.max(...account.instances.map((instance) => instance.end))).toBe(3 * 3600)
})

test('the truth on disk has one line a participant', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'simulator-truth-'))
  try {
    const account = createAccount({ now })
    await writeTruth(account, dir)
    const truth = JSON.parse(await readFile(path.join(dir, 'truth.json'), 'utf8'))
    const lines = (await readFile(path.join(dir, 'participants.ndjson'), 'utf8')).trimEnd().split('\n')
    const participants = lines.map((line) => JSON.parse(line))
    const available = participants.filter((participant) => participant.is_available)
    expect(available.length).toBe(truth.totals.participants)
    expect(new Set(available.map(({ person }) => person)).size).toBe(truth.totals.people)
    expect(available.reduce((sum, { sessions }) => sum + sessions.length, 0)).toBe(truth.totals.sessions)
    expect(truth).toEqual(truthOf(account))
  } finally {
    await rm(dir, { recursive: true })
  }
})
