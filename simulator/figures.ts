import type { Instance, Participant, Registrant } from './model.ts'

/** A stretch of unbroken presence, [join, leave) in seconds. */
export interface Session {
  join: number
  leave: number
  connections: number
}

/** The joins of a participant that count: no waiting room, no duplicates. */
export function connectionsOf(participant: Participant) {
  return participant.rows.filter((row) => !row.isWaiting && !row.isDuplicate)
}

/**
 * Overlapping or touching connections united, also over the second that moving to another room takes. Zero-length
 * ones are no presence.
 */
export function sessionsOf(participant: Participant): Session[] {
  const rows = connectionsOf(participant)
    .filter((row) => row.leave > row.join)
    .sort((a, b) => a.join - b.join || Number(b.roomId !== null) - Number(a.roomId !== null))
  const sessions: Session[] = []
  for (const [index, row] of rows.entries()) {
    const open = sessions.at(-1)
    const isMove = rows
      .slice(0, index)
      .some((before) => before.leave + 1 >= row.join && (before.roomId !== null || row.roomId !== null))
    if (open !== undefined && (row.join <= open.leave || isMove)) {
      open.leave = Math.max(open.leave, row.leave)
      open.connections++
    } else sessions.push({ join: row.join, leave: row.leave, connections: 1 })
  }
  return sessions
}

/** Most sessions open at once, half-open, and the first second of it; null where there is none. */
function peakOf(sessions: readonly Session[]): { count: number; at: number | null } {
  const changes = sessions.flatMap((s) => [
    { at: s.join, by: 1 },
    { at: s.leave, by: -1 },
  ])
  changes.sort((a, b) => a.at - b.at || a.by - b.by)
  let present = 0
  let peak: { count: number; at: number | null } = { count: 0, at: null }
  for (const change of changes) {
    present += change.by
    if (present > peak.count) peak = { count: present, at: change.at }
  }
  return peak
}

export interface Figures {
  rows: number
  waitingRoomRows: number
  duplicateRows: number
  connections: number
  participants: number
  attendees: number
  panelists: number
  hosts: number
  phoneAttendees: number
  sessions: number
  totalDuration: number
  connectedDuration: number
  peak: { count: number; at: number | null }
  attendeePeak: { count: number; at: number | null }
  /** Of attendees who did not come by telephone only. */
  viewerPeak: { count: number; at: number | null }
  registrantsAttended: ReadonlySet<Registrant>
}

const known = new WeakMap<Instance, Figures>()

/** All figures of an instance, counted from its participants one by one. */
export function figuresOf(instance: Instance): Figures {
  const before = known.get(instance)
  if (before !== undefined) return before
  const { participants, rows } = instance
  const roleCount = (role: string) => participants.filter((p) => p.role === role).length
  const sessions: Session[] = []
  const attendeeSessions: Session[] = []
  const viewerSessions: Session[] = []
  let connections = 0
  let connectedDuration = 0
  const registrantsAttended = new Set<Registrant>()
  for (const participant of participants) {
    const own = sessionsOf(participant)
    sessions.push(...own)
    if (participant.role === 'attendee') attendeeSessions.push(...own)
    if (participant.role === 'attendee' && !participant.isPhone) viewerSessions.push(...own)
    if (participant.registrant !== null) registrantsAttended.add(participant.registrant)
    for (const row of connectionsOf(participant)) {
      connections++
      connectedDuration += row.leave - row.join
    }
  }
  const figures: Figures = {
    rows: rows.length,
    waitingRoomRows: rows.filter((row) => row.isWaiting).length,
    duplicateRows: rows.filter((row) => row.isDuplicate).length,
    connections,
    participants: participants.length,
    attendees: roleCount('attendee'),
    panelists: roleCount('panelist'),
    hosts: roleCount('host'),
    phoneAttendees: participants.filter((p) => p.isPhone).length,
    sessions: sessions.length,
    totalDuration: sessions.reduce((sum, s) => sum + s.leave - s.join, 0),
    connectedDuration,
    peak: peakOf(sessions),
    attendeePeak: peakOf(attendeeSessions),
    viewerPeak: peakOf(viewerSessions),
    registrantsAttended,
  }
  known.set(instance, figures)
  return figures
}
