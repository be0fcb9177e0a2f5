import { areAlike, isGeneric, normaliseName } from '../../simulator/names.ts'

/** A participants row of the report as served. */
export interface ServedRow {
  user_id: string
  participant_user_id: string
  registrant_id: string
  name: string
  user_email: string
  join_time: string
  leave_time: string
  status: string
  bo_mtg_id?: string
}

export interface Registration {
  id: string
  email: string
  first_name: string
  last_name: string
}

interface Joined {
  row: ServedRow
  keys: string[]
  join: number
  leave: number
}

export interface Found {
  participants: Joined[][]
  /** Distinct registrations that belong to one of them. */
  registrations: Set<string>
  connections: number
}

/**
 * An exact and slow reading of one instance by the identity rules: strong keys, forwarded links, names that point
 * to one candidate. Written from the rules, not from the generator, to prove that the account is decidable.
 */
export function readInstance(rows: readonly ServedRow[], registrants: readonly Registration[]): Found {
  const seen = new Set<string>()
  const joined: Joined[] = []
  for (const row of rows) {
    const identity = JSON.stringify(row)
    if (seen.has(identity)) continue
    seen.add(identity)
    if (row.status === 'in_waiting_room') continue
    joined.push({
      row,
      keys: keysOf(row),
      join: Date.parse(row.join_time) / 1000,
      leave: Date.parse(row.leave_time) / 1000,
    })
  }
  const registrations = new Set<string>()
  for (const [id, group] of groupBy(joined, (j) => j.row.registrant_id)) {
    if (id === '') continue
    if (isForwarded(group))
      splitLink(
        group,
        registrants.find((r) => r.id === id),
      )
    if (group.some((j) => j.keys.includes(`R:${id}`))) registrations.add(id)
  }
  const keyed = components(joined.filter((j) => j.keys.length > 0))
  const candidates = new Map<string, Set<Joined[]>>()
  for (const component of keyed)
    for (const { row } of component) {
      const name = normaliseName(row.name)
      candidates.set(name, (candidates.get(name) ?? new Set()).add(component))
    }
  const others: Joined[][] = []
  for (const [name, group] of groupBy(
    joined.filter((j) => j.keys.length === 0),
    (j) => normaliseName(j.row.name),
  )) {
    if (isGeneric(group[0]?.row.name ?? '')) others.push(...group.map((j) => [j]))
    else if (candidates.get(name)?.size === 1) [...(candidates.get(name) as Set<Joined[]>)][0]?.push(...group)
    else others.push(group)
  }
  return { participants: [...keyed, ...others], registrations, connections: joined.length }
}

function keysOf(row: ServedRow): string[] {
  return [
    ['R', row.registrant_id],
    ['U', row.participant_user_id],
    ['E', row.user_email.trim().toLowerCase()],
  ]
    .filter(([, value]) => value !== '')
    .map(([kind, value]) => `${kind}:${value}`)
}

function isForwarded(group: readonly Joined[]): boolean {
  if (new Set(group.map((j) => j.row.participant_user_id).filter((id) => id !== '')).size > 1) return true
  return group.some((a) =>
    group.some(
      (b) => Math.min(a.leave, b.leave) > Math.max(a.join, b.join) && !areAlike(a.row.name, b.row.name),
    ),
  )
}

/** Leaves each group of a forwarded link with a key of its own, and the registration with the group it fits. */
function splitLink(group: readonly Joined[], registrant: Registration | undefined): void {
  const name = `${registrant?.first_name} ${registrant?.last_name}`
  const shared = registrant?.email.trim().toLowerCase() ?? ''
  for (const [label, rows] of groupBy(group, (j) => j.row.participant_user_id || normaliseName(j.row.name))) {
    const fits = areAlike(rows[0]?.row.name ?? '', name)
    for (const joined of rows) {
      const own = joined.keys.filter(
        (key) => key.startsWith('U:') || (key.startsWith('E:') && key !== `E:${shared}`),
      )
      joined.keys = [`G:${joined.row.registrant_id}|${label}`, ...own]
      if (fits) joined.keys.push(`R:${joined.row.registrant_id}`)
    }
  }
}

function components(joined: readonly Joined[]): Joined[][] {
  const byKey = groupBy(
    joined.flatMap((j) => j.keys.map((key) => ({ key, j }))),
    ({ key }) => key,
  )
  const done = new Set<Joined>()
  const found: Joined[][] = []
  for (const start of joined) {
    if (done.has(start)) continue
    const component: Joined[] = []
    const queue = [start]
    done.add(start)
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      component.push(next)
      for (const key of next.keys)
        for (const { j } of byKey.get(key) ?? []) {
          if (done.has(j)) continue
          done.add(j)
          queue.push(j)
        }
    }
    found.push(component)
  }
  return found
}

/** Every second in which somebody is present, among them the one that a move to another room may take. */
function secondsOf(participant: readonly Joined[]): Set<number> {
  const present = new Set<number>()
  const stays = participant.filter(({ join, leave }) => leave > join)
  for (const { join, leave } of stays) for (let at = join; at < leave; at++) present.add(at)
  for (const { row, leave } of stays)
    for (const next of stays)
      if (next.join === leave + 1 && (row.bo_mtg_id ?? next.row.bo_mtg_id) !== undefined) present.add(leave)
  return present
}

/** Seconds of presence, second by second: as slow and as plain as can be. */
export function presenceOf(participant: readonly Joined[]): { seconds: number; sessions: number } {
  const present = secondsOf(participant)
  let sessions = 0
  for (const at of present) if (!present.has(at - 1)) sessions++
  return { seconds: present.size, sessions }
}

/** Most participants present in one second, and the first such second. */
export function peakOf(participants: readonly (readonly Joined[])[]): { count: number; at: number | null } {
  const counts = new Map<number, number>()
  for (const participant of participants) {
    for (const at of secondsOf(participant)) counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  let peak: { count: number; at: number | null } = { count: 0, at: null }
  for (const [at, count] of counts)
    if (count > peak.count || (count === peak.count && at < (peak.at ?? 0))) peak = { count, at }
  return peak
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, keyOf)
}
