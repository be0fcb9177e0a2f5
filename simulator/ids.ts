import type { Prng } from './prng.ts'

/** What an instance uuid must contain, so that each trap of path encoding is met for certain. */
export type UuidShape = 'any' | 'leading_slash' | 'double_slash' | 'slash' | 'plus'

/** Zoom's uuid of an instance: 16 bytes in base64, which may hold `/`, `+` and `=`. */
export function instanceUuid(prng: Prng, shape: UuidShape = 'any'): string {
  const text = Buffer.from(prng.bytes(16)).toString('base64')
  switch (shape) {
    case 'any':
      return text
    case 'leading_slash':
      return `/${text.slice(1)}`
    case 'double_slash':
      return `${text.slice(0, 9)}//${text.slice(11)}`
    case 'slash':
      return `${text.slice(0, 6).replace(/^\//, 'A')}/B${text.slice(8)}`
    case 'plus':
      return `${text.slice(0, 5)}+${text.slice(6)}`
    default:
      throw new TypeError(`unknown uuid shape ${shape satisfies never}`)
  }
}

/** Ids of users, registrants, polls: 16 bytes in base64url, 22 characters. */
export function shortId(prng: Prng): string {
  return Buffer.from(prng.bytes(16)).toString('base64url')
}

/** Numeric ids of 11 digits: beyond 32 bits, as Zoom's are. */
export function createNumbers(prng: Prng): () => number {
  const used = new Set<number>()
  return () => {
    for (;;) {
      const number = 80_000_000_000 + Math.floor(prng.next() * 19_999_999_999)
      if (!used.has(number)) {
        used.add(number)
        return number
      }
    }
  }
}

/** `user_id` of the nth join of an instance, n from 1: 2^24 + 1024 n, so the same values recur in every instance. */
export function joinId(n: number): string {
  return String(16_777_216 + 1024 * n)
}
