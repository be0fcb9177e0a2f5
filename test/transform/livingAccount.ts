import type { RawRow } from '../../extract/raw/columns.ts'
import type { Day, ToldCapture } from './historyWorld.ts'
import { portalReportCsv } from './portalReport.ts'

/*
 * A small account to which things happen, and what a run reads of it. Everybody is one of few people, so that persons
 * meet again in other webinars, and turn out to be one when somebody signs in with an account and an e-mail.
 */

/** One thing that happens. Numbers choose among what there is, modulo its count. */
export type Happening =
  | { what: 'held'; webinar: number; people: number[]; keys: number }
  | { what: 'late'; instance: number; people: number[] }
  | { what: 'registered'; webinar: number; person: number }
  | { what: 'denied'; webinar: number }
  | { what: 'renamed'; webinar: number; topic: number }
  | { what: 'promoted'; person: number; webinar: number }
  | { what: 'polled'; instance: number; person: number }
  | { what: 'moved_user'; person: number }
  /** Somebody who has left comes back half a minute later, without any key and with an initial for a first name. */
  | { what: 'returned'; instance: number; row: number }
  /** The portal's report of an instance is exported, in which also people are whom the API does not show. */
  | { what: 'exported'; instance: number; people: number[]; isWithoutAccount: boolean }
  /** The same of an instance of long ago, of which only the portal knows. */
  | { what: 'dug_out'; instance: number; people: number[]; isWithoutAccount: boolean }
  /** Nobody asks the API that day. */
  | { what: 'unread' }
  | { what: 'nothing' }

/** A file from the portal. */
export interface ExportedReport {
  csv: string
  isWithoutAccount: boolean
}

interface Instance {
  uuid: string
  webinar: number
  startMs: number
  rows: RawRow[]
  polls: RawRow[]
}

const people = ['Ann Lee', 'Bo Chen', 'Cy Diaz', 'Dee Kim', 'Eve Stone', 'iPhone']
const idOf = (webinar: number) => 91_000_000_000 + webinar

export class LivingAccount {
  readonly #webinars = [0, 1, 2, 3]
  readonly #topics = new Map<number, string>()
  readonly #registrants = new Map<number, RawRow[]>()
  readonly #panelists = new Map<number, RawRow[]>()
  readonly #instances: Instance[] = []
  readonly #users = new Map<number, string>([[0, 'U0']])
  readonly #daysApart: number
  #exported: ExportedReport[] = []
  #day = 0

  /** @param daysApart where more than one, a run lists the instances since the one before it, and is refused the dashboard */
  constructor(daysApart = 1) {
    this.#daysApart = daysApart
  }

  /** A day passes on which these things happen. @returns what a run that evening reads */
  live(happenings: readonly Happening[]): Day {
    this.#day += 1
    this.#exported = []
    for (const one of happenings) this.#happen(one)
    return happenings.some(({ what }) => what === 'unread') ? [] : this.#read()
  }

  /** What was exported that day. */
  get exported(): readonly ExportedReport[] {
    return this.#exported
  }

  #happen(one: Happening): void {
    const pick = <T>(list: readonly T[], index: number): T | undefined =>
      list[index % Math.max(1, list.length)]
    switch (one.what) {
      case 'held': {
        const startMs = Date.UTC(2026, 4, 1 + this.#day * this.#daysApart, 10, this.#instances.length % 50)
        const webinar = pick(this.#webinars, one.webinar) ?? 0
        const uuid = `uuid${this.#instances.length}==`
        const rows = one.people.map((person, index) =>
          this.#row(person, startMs, index, webinar, one.keys >> index),
        )
        this.#instances.push({ uuid, webinar, startMs, rows, polls: [] })
        break
      }
      case 'late': {
        const instance = pick(this.#instances, one.instance)
        one.people.forEach((person, index) => {
          instance?.rows.push(this.#row(person, instance.startMs, 20 + index, instance.webinar, 7))
        })
        break
      }
      case 'registered': {
        const webinar = pick(this.#webinars, one.webinar) ?? 0
        const list = this.#registrants.get(webinar) ?? []
        const person = one.person % people.length
        if (!list.some((row) => row.registrant_id === `r${webinar}-${person}`)) {
          const [first_name = '', last_name = ''] = (people[person] ?? '').split(' ')
          const email = person % 2 === 0 ? `p${person}@x.org` : `second${person}@x.org`
          list.push({
            registrant_id: `r${webinar}-${person}`,
            email,
            first_name,
            last_name,
            status: 'approved',
            registered_at: new Date(Date.UTC(2026, 3, 1 + person)).toISOString(),
          })
        }
        this.#registrants.set(webinar, list)
        break
      }
      case 'denied':
        for (const row of this.#registrants.get(pick(this.#webinars, one.webinar) ?? 0)?.slice(0, 1) ?? []) {
          row.status = 'denied'
        }
        break
      case 'renamed':
        this.#topics.set(pick(this.#webinars, one.webinar) ?? 0, `Topic ${one.topic}`)
        break
      case 'promoted': {
        const webinar = pick(this.#webinars, one.webinar) ?? 0
        const person = one.person % people.length
        this.#panelists.set(webinar, [
          { panelist_id: `n${person}`, name: people[person] ?? '', email: `p${person}@x.org` },
        ])
        break
      }
      case 'polled': {
        const person = one.person % people.length
        const given = {
          name: people[person] ?? '',
          email: `p${person}@x.org`,
          polling_id: 'poll',
          question: 'Why?',
        }
        pick(this.#instances, one.instance)?.polls.push({ ...given, answer: `because ${this.#day}` })
        break
      }
      case 'moved_user':
        this.#users.set(one.person % people.length, `U${one.person % people.length}`)
        break
      case 'returned': {
        const instance = pick(this.#instances, one.instance)
        const left = pick(instance?.rows ?? [], one.row)
        const [first = '', last] = String(left?.name ?? '').split(' ')
        if (instance === undefined || left === undefined || last === undefined) break
        const joined = Date.parse(String(left.leave_time)) + 30_000
        instance.rows.push({
          user_id: String(1000 + 100 * this.#day + instance.rows.length),
          name: `${first.slice(0, 1)}. ${last}`,
          email: null,
          zoom_user_id: null,
          registrant_id: null,
          join_time: new Date(joined).toISOString(),
          leave_time: new Date(joined + 60_000).toISOString(),
          status: 'in_meeting',
        })
        break
      }
      case 'exported': {
        const instance = pick(this.#instances, one.instance)
        if (instance !== undefined) this.#export(instance, one)
        break
      }
      case 'dug_out': {
        const startMs = Date.UTC(2026, 3, 1 + one.instance, 10)
        this.#export({ uuid: '', webinar: one.instance % 4, startMs, rows: [], polls: [] }, one)
        break
      }
      case 'unread':
      case 'nothing':
    }
  }

  #export(
    { webinar, startMs, rows }: Instance,
    { people, isWithoutAccount }: { people: readonly number[]; isWithoutAccount: boolean },
  ): void {
    const others = people.map((person, index) => this.#row(person, startMs, 30 + index, webinar, index % 2))
    const csv = portalReportCsv({
      webinar: idOf(webinar),
      topic: this.#topics.get(webinar) ?? `Webinar ${webinar}`,
      startMs,
      rows: [...rows, ...others],
      registrants: this.#registrants.get(webinar) ?? [],
    })
    this.#exported.push({ csv, isWithoutAccount })
  }

  /** @param keys bits: 1 e-mail, 2 account user, 4 registrant id; none of them is a row with a name only */
  #row(person: number, startMs: number, index: number, webinar: number, keys: number): RawRow {
    const who = person % people.length
    const joined = startMs + (index % 7) * 60_000
    return {
      user_id: String(1000 + index),
      name: people[who] ?? '',
      email: keys & 1 ? `p${who}@x.org` : null,
      zoom_user_id: keys & 2 ? `U${who}` : null,
      registrant_id: keys & 4 ? `r${webinar}-${who}` : null,
      join_time: new Date(joined).toISOString(),
      leave_time: new Date(joined + (index + 1) * 300_000).toISOString(),
      status: 'in_meeting',
    }
  }

  /** The day so many runs from now. */
  #date(runs: number): string {
    const day = 1 + (this.#day + runs) * this.#daysApart
    return new Date(Date.UTC(2026, 4, day)).toISOString().slice(0, 10)
  }

  #read(): Day {
    const captures: ToldCapture[] = []
    const day = `2026-05-${String(this.#day).padStart(2, '0')}`
    captures.push({
      stream: 'users',
      subject: 'account',
      source: 'users',
      rows: [...this.#users].map(([person, user_id]) => ({ user_id, email: `p${person}@x.org` })),
    })
    const webinarRow = (webinar: number): RawRow => ({
      webinar_id: idOf(webinar),
      topic: this.#topics.get(webinar) ?? `Webinar ${webinar}`,
      host_id: 'U0',
      start_time: `2026-05-${String(4 + webinar * 3).padStart(2, '0')}T10:00:00Z`,
      duration_minutes: 60,
    })
    captures.push({
      stream: 'webinars',
      subject: 'user:U0',
      source: 'users',
      rows: this.#webinars.map(webinarRow),
    })
    const [first, last] = this.#daysApart === 1 ? ['2026-05-01', day] : [this.#date(-1), this.#date(0)]
    if (this.#daysApart > 1) {
      const refused = { source: 'metrics', status: 'denied' as const, rows: [] }
      captures.push({ stream: 'instances', subject: `dashboard:${first}..${last}`, ...refused })
    }
    const listed = this.#instances.filter(({ startMs }) => startMs > Date.parse(first as string))
    captures.push({
      stream: 'instances',
      subject: `window:${first}..${last}`,
      source: 'history_meetings',
      rows: listed.map((instance) => ({
        zoom_uuid: instance.uuid,
        instance_uuid: instance.uuid,
        webinar_id: idOf(instance.webinar),
        topic: this.#topics.get(instance.webinar) ?? `Webinar ${instance.webinar}`,
        start_time: new Date(instance.startMs).toISOString(),
        end_time: new Date(instance.startMs + 3_600_000).toISOString(),
      })),
    })
    for (const webinar of this.#webinars) {
      const about = { webinar: idOf(webinar), source: 'webinars' }
      captures.push({
        ...about,
        stream: 'webinars',
        subject: `webinar:${idOf(webinar)}`,
        rows: [webinarRow(webinar)],
      })
      for (const status of ['approved', 'denied']) {
        captures.push({
          ...about,
          stream: 'registrants',
          subject: `webinar:${idOf(webinar)}:status=${status}`,
          rows: (this.#registrants.get(webinar) ?? [])
            .filter((row) => row.status === status)
            .map((row) => ({ ...row })),
        })
      }
      captures.push({
        ...about,
        stream: 'panelists',
        subject: `webinar:${idOf(webinar)}`,
        rows: this.#panelists.get(webinar) ?? [],
      })
    }
    for (const { uuid, webinar, rows, polls } of this.#instances) {
      const about = { subject: `instance:${uuid}`, instance: uuid, webinar: idOf(webinar), source: 'report' }
      captures.push({ ...about, stream: 'participants', rows: rows.map((row) => ({ ...row })) })
      captures.push({ ...about, stream: 'polls', rows: polls.map((row) => ({ ...row })) })
    }
    return captures
  }
}
