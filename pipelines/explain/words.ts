import { plain } from '../terminal/output.ts'
import type { ExplainedLink, ExplainedRow, Explanation } from './explanation.ts'

const kinds = {
  registrant: 'registrant id',
  user: 'account user',
  email: 'e-mail',
  link: 'group of a forwarded link',
  row: 'a decision of yours about join',
}

/** What each way of recognising a row means for the rows it applies to; keys say theirs one by one. */
const reasons: Readonly<Record<Exclude<ExplainedRow['recognised_by'], 'key'>, string>> = {
  name: 'no key, but a name that exactly one participant with keys has here',
  own_name: 'no key, and nobody with keys has the name: rows of one name are taken for one person',
  ambiguous_name: 'no key, and two or more participants with keys have the name: linked to none of them',
  nothing:
    'no key, and a name that points to nobody (a device, a room, part of several names, or borne by three at once)',
  probable: 'no key, but probably the same person; the weights are below',
}

const levels: Readonly<Record<string, string>> = {
  same: 'same name',
  same_words: 'same words in another order',
  part: 'one name is part of the other',
  initials: 'an initial stands for a word',
  close_word: 'one word is spelled a little differently',
  close: 'the names look alike',
  other_part: 'one name is part of the other, but what it lacks is a name that others have',
  other_word: 'one word is spelled a little differently, but both are names that others have',
  one_word: 'a single word of the name',
  same_number: 'same telephone number',
  same_device: 'same device name',
  overlap: 'present at the same time',
  rejoin: 'came within a minute of the other leaving',
  near: 'came within 15 minutes of the other leaving',
  apart: 'came long after the other left',
  fits: 'the e-mail has the words of the name',
  differs: 'the e-mail has other words',
  only: 'no other candidate',
  few: 'two or three candidates',
  many: 'many candidates',
}

/** Why the rows of a participant are one, a sentence a line. Row numbers are those of the table, from 1. */
export function reasonsOf({ rows }: Explanation): string[] {
  const byKey = new Map<string, number[]>()
  const byReason = new Map<Exclude<ExplainedRow['recognised_by'], 'key'>, number[]>()
  const note = <K>(map: Map<K, number[]>, key: K, row: number) => map.set(key, [...(map.get(key) ?? []), row])
  for (const [index, row] of rows.entries()) {
    for (const { kind, key } of row.keys) note(byKey, `${kinds[kind]} ${plain(key)}`, index + 1)
    if (row.recognised_by !== 'key') note(byReason, row.recognised_by, index + 1)
  }
  return [
    ...[...byKey].map(([key, own]) => `${rowsText(own)} ${own.length === 1 ? 'has' : 'share'} ${key}`),
    ...[...byReason].map(([reason, own]) => `${rowsText(own)}: ${reasons[reason]}`),
  ]
}

/** Decisions that brought the rows together or parted them from others, a line each. */
export function correctionsText({ corrections }: Explanation): string[] {
  return corrections.map(({ line, decision, one, other, why }) =>
    plain(
      `line ${line}: ${decision}, ${one}${other === null ? '' : `, ${other}`}${why === null ? '' : ` (${why})`}`,
    ),
  )
}

/** Lines for a corrections file that say otherwise than the models: for somebody else's row, and for somebody else. */
export function correctingLines({ participant, rows }: Explanation): string[] {
  const last = rows.at(-1)
  const parting =
    last === undefined || rows.length < 2
      ? []
      : [
          `not one,participant:${participant.id},${cell(`row:${last.instance_uuid}#${last.row_key}`)},row ${rows.length} is somebody else`,
        ]
  return [...parting, `one,participant:${participant.id},participant:ID OF THE OTHER,they are one`]
}

function cell(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A comparison in words: who with whom, how probable, and what each observation adds or takes, in bits. */
export function linkText(link: ExplainedLink): string {
  const whom = link.other_side === 'registrant' ? 'the registrant ' : ''
  const parts = [
    nameText(link),
    observed(link.time_level, link.time_weight),
    observed(link.mail_level, link.mail_weight),
    observed(link.choice_level, link.choice_weight),
    `to begin with, among pairs of this kind ${bits(link.match_weight)}`,
  ].filter((part) => part !== null)
  return `${quoted(link.name)} is ${whom}${quoted(link.other_name)}: ${(100 * link.probability).toFixed(1)} %\n      ${parts.join('; ')}`
}

/** Of a kind of pairs with one level of names the weight is that of the kind, so the name has none of its own. */
function nameText({ name_level, name_weight }: ExplainedLink): string {
  return observed(name_level, name_weight) ?? levels[name_level] ?? name_level
}

/** Null for what was not compared or weighs nothing. */
function observed(level: string | null, weight: number): string | null {
  if (level === null || weight === 0) return null
  return `${levels[level] ?? level} ${bits(weight)}`
}

function bits(weight: number): string {
  return `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(1)}`
}

function quoted(name: string | null): string {
  return name === null ? 'somebody without a name' : `“${plain(name)}”`
}

function rowsText(own: readonly number[]): string {
  return `${own.length === 1 ? 'row' : 'rows'} ${own.join(', ')}`
}
