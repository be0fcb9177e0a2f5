import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { publicInstance, publicWebinar } from '../../dashboard/aggregatesOnly.ts'
import { fewest, type InstanceAnswer, type WebinarAnswer } from '../../dashboard/answers.ts'

const instance: InstanceAnswer = {
  id: 'i',
  webinarId: 'w',
  zoomWebinarId: '91234567890',
  topic: 'Soil',
  number: 1,
  instanceCount: 1,
  previous: null,
  next: null,
  start: new Date('2026-05-01T10:00:00Z'),
  end: new Date('2026-05-01T11:00:00Z'),
  durationSeconds: 3600,
  status: 'partial',
  source: 'report',
  reason: 'the user ada@example.com is not readable',
  captured: 40,
  expected: 41,
  participants: 30,
  attendees: 28,
  panelists: 1,
  hosts: 1,
  connections: 40,
  sessions: 35,
  rejoined: 4,
  peak: 25,
  peakAt: new Date('2026-05-01T10:30:00Z'),
  averageSeconds: 1800,
  medianSeconds: 1700,
  registrations: 60,
  invitedCame: 25,
  engagement: 50,
  stayedToEnd: 20,
  timeline: [{ minute: 0, present: 3, joined: 3, left: 0 }],
  dropoff: [
    { tenth: 1, attendees: 28, notYetCome: 17, present: 11, away: 0, gone: 0 },
    { tenth: 2, attendees: 28, notYetCome: 10, present: 15, away: 3, gone: 0 },
  ],
  minutesSpread: [],
  engagementSpread: [],
  polls: [
    {
      kind: 'poll',
      question: 'Useful?',
      people: 22,
      answers: [
        { answer: 'Yes', count: 20 },
        { answer: 'Ask me: ada@example.com', count: 1 },
      ],
      answersLeftOut: 1,
    },
    {
      kind: 'survey',
      question: 'Your name?',
      people: 3,
      answers: [{ answer: 'Ada', count: 1 }],
      answersLeftOut: 2,
    },
  ],
  questionCount: 1,
  questions: [
    {
      askedAt: null,
      participantId: 'p',
      personId: 'q',
      name: 'Ada',
      question: 'Why?',
      answer: null,
      status: null,
    },
  ],
}

describe('what of an instance leaves the house', () => {
  it('is nothing that names somebody, and no figure about a few', () => {
    const shown = publicInstance(instance)
    expect(JSON.stringify(shown)).not.toMatch(/Ada|ada@|91234567890|Why\?/)
    expect(shown).toMatchObject({
      participants: 30,
      attendees: 28,
      panelists: null,
      rejoined: null,
      questionCount: null,
    })
    expect(shown.timeline).toEqual([{ minute: 0, present: null, joined: null, left: null }])
    expect(shown.dropoff).toEqual([
      instance.dropoff[0],
      { tenth: 2, attendees: 28, notYetCome: null, present: 15, away: null, gone: null },
    ])
    expect(shown.polls).toEqual([
      { ...instance.polls[0], answers: [{ answer: 'Yes', count: 20 }], answersLeftOut: 2 },
    ])
  })

  it('is only when it was where few came', () => {
    const shown = publicInstance({ ...instance, participants: fewest - 1 })
    const told = Object.entries(shown).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    )
    expect(told.map(([key]) => key).sort()).toEqual(
      [
        'durationSeconds',
        'end',
        'id',
        'instanceCount',
        'number',
        'source',
        'start',
        'status',
        'topic',
        'webinarId',
      ].sort(),
    )
  })

  it('joins bins of few until they hold enough, and loses nobody', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 30 }), (counts) => {
        const bins = counts.map((count, index) => ({ from: index, to: index + 1, count }))
        const total = counts.reduce((sum, count) => sum + count, 0)
        const { minutesSpread } = publicInstance({ ...instance, minutesSpread: bins })
        expect(minutesSpread.every(({ count }) => count === 0 || count >= fewest)).toBe(true)
        if (total >= fewest) {
          expect(minutesSpread.reduce((sum, { count }) => sum + count, 0)).toBe(total)
          expect(minutesSpread[0]?.from).toBe(0)
          expect(minutesSpread.at(-1)?.to).toBe(counts.length)
        }
      }),
    )
  })
})

it('leaves host, number and the curves of few out of a webinar', () => {
  const line = {
    id: 'i',
    number: 1,
    isRestart: false,
    start: null,
    durationSeconds: 60,
    participants: 4,
    attendees: 3,
    newPeople: 4,
    peak: 4,
    averageSeconds: 50,
    medianSeconds: 50,
    invitedCame: 2,
    rejoined: 1,
    engagement: 40,
    status: 'complete',
    source: 'report',
  }
  const webinar: WebinarAnswer = {
    id: 'w',
    zoomWebinarId: '91234567890',
    topic: 'Soil',
    host: 'ada@example.com',
    status: 'ended',
    scheduledMinutes: 60,
    registrations: 40,
    registrationsCame: 20,
    participants: 34,
    people: 30,
    instances: [line, { ...line, id: 'j', number: 2, participants: 30, attendees: 28, newPeople: 26 }],
    instancesLeftOut: 0,
    curves: {
      stepMinutes: 2,
      lines: [
        { instance: 'i', present: [4] },
        { instance: 'j', present: [5, 30] },
      ],
    },
    registrationDays: [
      { day: new Date(0), registrations: 2 },
      { day: new Date(1), registrations: 38 },
    ],
    sources: [
      { name: 'ada’s letter', registrations: 2, came: 1 },
      { name: 'site', registrations: 38, came: 19 },
    ],
  }
  const shown = publicWebinar(webinar)
  expect(JSON.stringify(shown)).not.toMatch(/ada|91234567890/)
  expect(shown.instances[0]).toMatchObject({ participants: null, averageSeconds: null, number: 1 })
  expect(shown.instances[1]).toMatchObject({ participants: 30, newPeople: 26, rejoined: null })
  expect(shown.curves.lines).toEqual([{ instance: 'j', present: [null, 30] }])
  expect(shown.registrationDays.map((one) => one.registrations)).toEqual([null, 38])
})
