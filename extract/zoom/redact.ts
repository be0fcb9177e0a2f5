/**
 * Takes secrets and join links out of Zoom's JSON before anything keeps it. What goes: whole fields that are a link to
 * join, start or register, a passcode, a host key, a token or a personal meeting id; and, in any text, a link that
 * carries somebody's join token (`tk=`), passcode (`pwd=`) or start token (`zak=`, `zpk=`). Everything else stays as it was.
 */

/** A value without secrets, and its JSON text. The value is the given one when there was nothing to remove. */
export interface Redacted {
  value: unknown
  text: string
}

/**
 * What may be a secret in a page's JSON text, where also a field that comes twice is kept both times. Finding too much
 * costs time, finding too little costs a secret: it has to match wherever `isSecretKey` or `secretParameter` would.
 * `next_page_token` stands in every page and is let through.
 */
const suspicion =
  /(?:url|link|(?<!next_page_)token|pmi|zak)"\s*:|pass[-_]?(?:word|code|wd)|pwd|host[-_]?key|secret|(?:tk|zak|zpk)(?:=|%3d)/i

const secretKeys = new Set([
  'joinurl',
  'starturl',
  'registrationurl',
  'trackingurl',
  'inviteurl',
  'invitelink',
  'personalmeetingurl',
  'hostkey',
  'pmi',
  'pwd',
  'zak',
])

/** Rows have few fields and the same ones: each name is judged once. */
const judgedKeys = new Map<string, boolean>()
const judgedKeys_max = 1000

/** Whether a field of this name is never kept. */
export function isSecretKey(key: string): boolean {
  const judged = judgedKeys.get(key)
  if (judged !== undefined) return judged
  const isSecret = judgeKey(key)
  if (judgedKeys.size < judgedKeys_max) judgedKeys.set(key, isSecret)
  return isSecret
}

function judgeKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '')
  return secretKeys.has(plain) || plain.endsWith('token') || /passw(or)?d|passcode|secret/.test(plain)
}

const secretParameter = /(?:[?&]|%3f|%26|&amp;)(?:tk|pwd|zak|zpk)(?:=|%3d)/i
const depth_max = 100

/** One row. @returns its text, `value` without secrets. Never throws on values that came from JSON. */
export function redactRow(value: unknown): Redacted {
  const text = textOf(value)
  if (text !== null && !holdsSecret(value, 0)) return { value, text }
  const clean = withoutSecrets(value, 0, false)
  return { value: clean, text: JSON.stringify(clean) }
}

/** Whether a text has a link with somebody's token in it. */
export const hasSecretLink = (text: string): boolean => secretParameter.test(text)

/** Whether `withoutSecrets` would change a row. Several times cheaper than searching its text. */
function holdsSecret(value: unknown, depth: number): boolean {
  if (typeof value === 'string') {
    // No parameter without one of these, and most texts have neither.
    return (value.includes('=') || value.includes('%')) && secretParameter.test(value)
  }
  if (typeof value !== 'object' || value === null) return false
  if (depth >= depth_max) return true
  if (Array.isArray(value)) return value.some((one) => holdsSecret(one, depth + 1))
  for (const key in value) {
    if (isSecretKey(key) || holdsSecret((value as Record<string, unknown>)[key], depth + 1)) return true
  }
  return false
}

/**
 * One answer of Zoom's, to be kept for replaying. The page's own `next_page_token` stays: without it a listing could
 * not be continued, and it is worth nothing after 15 minutes or without the account's access token.
 */
export function redactPage(body: unknown, text: string): Redacted {
  // Some JSON writers escape `=` and `&`, which would hide a link from the search.
  const searchable = text.includes('\\u') ? textOf(body) : text
  if (searchable !== null && !suspicion.test(searchable)) return { value: body, text }
  const clean = withoutSecrets(body, 0, true)
  return { value: clean, text: JSON.stringify(clean) }
}

/** Null when the value is nested too deeply to be written. */
function textOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return null
  }
}

function withoutSecrets(value: unknown, depth: number, isPage: boolean): unknown {
  if (typeof value === 'string') {
    if (!secretParameter.test(value)) return value
    return value.replace(/[^\s"'<>]+/g, (word) => (secretParameter.test(word) ? '[link removed]' : word))
  }
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth >= depth_max) return '[nested too deeply]'
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, depth + 1, false))
  const kept = Object.entries(value).filter(
    ([key]) => (isPage && key === 'next_page_token') || !isSecretKey(key),
  )
  // fromEntries, not assignment: a field named `__proto__` stays a field.
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutSecrets(one, depth + 1, false)]))
}
