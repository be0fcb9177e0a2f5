import * as z from 'zod'
import { epochMs } from './time.ts'

/**
 * Zoom is loose about types: numbers come as strings, absent values as null or `""`. So a schema asks only that a
 * field is no object or array, and these readers turn it into the column's type. Zod's own transforms would cost a
 * closure a field and row.
 */
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]).optional()
export type Scalar = z.infer<typeof scalar>

/** Why a row cannot be used. Thrown by readers, turned into a reject by the page. */
export class RowRefused extends Error {}

/**
 * Text, null where absent or empty. What no text column can hold is mended here, and stays to be seen in `raw`: NUL
 * characters (Postgres refuses them) are dropped, halves of surrogate pairs replaced.
 */
export function text(value: Scalar): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') return String(value)
  const clean = value.includes('\u0000') ? value.replaceAll('\u0000', '') : value
  return clean.toWellFormed() || null
}

/** @throws RowRefused when there is none. */
export function requiredText(value: Scalar, field: string): string {
  const found = text(value)
  if (found === null) throw new RowRefused(`${field} is missing`)
  return found
}

const int32_max = 2_147_483_647

/** A whole number that fits an int32 column, null where absent, unreadable or larger. */
export function int32(value: Scalar): number | null {
  const number = int64(value)
  return number !== null && Math.abs(number) <= int32_max ? number : null
}

/** A whole number, null where absent, unreadable or beyond what a double holds exactly. */
export function int64(value: Scalar): number | null {
  const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number') return null
  const whole = Math.trunc(number)
  return Number.isSafeInteger(whole) ? whole + 0 : null
}

/** Zoom's numeric id of a webinar. @throws RowRefused when there is none. */
export function requiredId(value: Scalar, field: string): number {
  const id = int64(typeof value === 'string' ? value.replace(/[ -]/g, '') : value)
  if (id === null || id <= 0) throw new RowRefused(`${field} is no numeric id`)
  return id
}

export function flag(value: Scalar): boolean | null {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 1 || value === '1') return true
  if (value === 'false' || value === 0 || value === '0') return false
  return null
}

/** A time that is relied on, epoch ms; null where absent. @throws RowRefused when it is there but not readable. */
export function time(value: Scalar, field: string): number | null {
  if (value === undefined || value === null || value === '') return null
  const atMs = typeof value === 'string' ? epochMs(value) : null
  if (atMs === null) throw new RowRefused(`${field} is no time`)
  return atMs
}

/** A time that is nice to have, epoch ms; null where absent or not readable (`raw` has it). */
export function looseTime(value: Scalar): number | null {
  return typeof value === 'string' ? epochMs(value) : null
}

/** JSON text of a nested value, null where absent. */
export function json(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const written = JSON.stringify(value)
  if (!written.includes('\\u')) return written
  return JSON.stringify(value, (_key, one) => (typeof one === 'string' ? (text(one) ?? '') : one))
}
