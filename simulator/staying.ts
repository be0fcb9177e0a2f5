import { type Session, sessionsOf } from './figures.ts'
import type { Instance, Participant } from './model.ts'

/** How one participant's presence lies in an instance, in seconds; null where they were never present. */
export interface Stay {
  attendedSeconds: number
  missedStartSeconds: number | null
  missedEndSeconds: number | null
  isLateArrival: boolean | null
  isEarlyLeaver: boolean | null
}

/** Late, and early gone, is who missed five minutes of that end, or a tenth where that is less. */
export function stayOf(instance: Instance, participant: Participant): Stay {
  const { start, end } = instance
  const sessions = sessionsOf(participant)
  const first = sessions[0]
  const last = sessions.at(-1)
  if (first === undefined || last === undefined)
    return {
      attendedSeconds: 0,
      missedStartSeconds: null,
      missedEndSeconds: null,
      isLateArrival: null,
      isEarlyLeaver: null,
    }
  const within = (second: number) => Math.min(end, Math.max(start, second))
  const missedStartSeconds = within(first.join) - start
  const missedEndSeconds = end - within(last.leave)
  const edge = Math.min(300, (end - start) / 10)
  return {
    attendedSeconds: sessions.reduce((sum, s) => sum + within(s.leave) - within(s.join), 0),
    missedStartSeconds,
    missedEndSeconds,
    isLateArrival: missedStartSeconds >= edge,
    isEarlyLeaver: missedEndSeconds >= edge,
  }
}

/** Where the attendees are in each tenth of an instance: `not yet come/present/away/gone`, tenths by blanks. */
export function dropoffOf(instance: Instance): string {
  const attendees = instance.participants
    .filter((participant) => participant.role === 'attendee')
    .map(sessionsOf)
    .filter((sessions) => sessions.length > 0)
  if (attendees.length === 0) return ''
  const bound = (tenth: number) => instance.start + ((instance.end - instance.start) * tenth) / 10
  return Array.from({ length: 10 }, (_, index) => {
    const places = { notYet: 0, present: 0, away: 0, gone: 0 }
    for (const sessions of attendees) places[placeOf(sessions, bound(index), bound(index + 1))]++
    return Object.values(places).join('/')
  }).join(' ')
}

function placeOf(sessions: readonly Session[], from: number, until: number) {
  if (sessions.some(({ join, leave }) => join < until && leave > from)) return 'present'
  if (sessions.every(({ join }) => join >= until)) return 'notYet'
  return sessions.every(({ leave }) => leave <= from) ? 'gone' : 'away'
}
