import { createPrng, type Prng } from '../../simulator/prng.ts'

/*
 * Variations of a valid body, decided by a seed: fields that are gone, renamed, of another type, nested, null, huge or
 * oddly written, lists that are none, and text that is no JSON any more.
 */

type Json = unknown
type Holder = Record<string, Json> | Json[]

/** A place in a body: the value of a key, or an item of a list. */
interface Place {
  holder: Holder
  key: string | number
}

const oddTexts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\u202eevil',
  'é\u0301\u2028😀',
  'null',
  '{}',
  '-1',
  '1e999',
  '<b>',
  "'; drop table zoom_people; --",
  'x'.repeat(20_000),
  '9999-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '2026-02-30T25:61:61Z',
  '2026-06-01',
  '06/01/2026 10:00',
]
const oddNumbers = [
  0,
  -0,
  -1,
  0.5,
  1e-9,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 63,
  -1e21,
  1.7976931348623157e308,
  20260601,
]
const oddKeys = ['__proto__', 'constructor', '', 'id ', 'ID', 'toString', 'zoom_added_this', 'x'.repeat(300)]

/** The text of variation number `n` of a body. */
export function variationOf(body: unknown, seed: string, n: number): string {
  const chance = createPrng(`${seed}|${n}`)
  const root = { body: structuredClone(body) }
  const count = chance.int(1, 4)
  for (let i = 0; i < count; i++) change(root, chance)
  const text = JSON.stringify(root.body) ?? 'null'
  return chance.chance(0.12) ? changedText(text, chance) : text
}

function change(root: { body: Json }, chance: Prng): void {
  const place = chance.pick(placesOf(root))
  const { holder, key } = place
  const value = Reflect.get(holder, key) as Json
  const set = (other: Json) => {
    // defineProperty, not assignment: a field named `__proto__` is to become a field.
    Object.defineProperty(holder, key, { value: other, enumerable: true, configurable: true, writable: true })
  }
  const kind = chance.int(1, 12)
  if (kind === 1) drop(place)
  else if (kind === 2) rename(place, chance)
  else if (kind === 3) set(null)
  else if (kind === 4) set(chance.pick(oddNumbers))
  else if (kind === 5) set(chance.pick(oddTexts))
  else if (kind === 6) set(chance.chance(0.5))
  else if (kind === 7) set([value])
  else if (kind === 8) set({ value })
  else if (kind === 9) set(Array.isArray(value) ? { ...value } : [])
  else if (kind === 10)
    set(typeof value === 'string' ? Number(value.replace(/\D/g, '') || 7) : JSON.stringify(value))
  else if (kind === 11) set(nested(chance.int(2, 1500)))
  else if (Array.isArray(value)) value.push(structuredClone(value[0] ?? null))
  else if (isObject(value)) {
    Object.defineProperty(value, chance.pick(oddKeys), {
      value: chance.pick<Json>([1, null, 'text', { deep: [1] }]),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else set(chance.pick(oddTexts))
}

/** Places near the root are as likely as the many in the rows: a change there decides about a whole page. */
function placesOf(root: { body: Json }): Place[] {
  const near: Place[] = [{ holder: root, key: 'body' }]
  const far: Place[] = []
  const visit = (holder: Json, depth: number) => {
    if (typeof holder !== 'object' || holder === null || depth > 5) return
    const keys = Array.isArray(holder) ? holder.keys() : Object.keys(holder)
    for (const key of keys) {
      const places = depth === 0 ? near : far
      places.push({ holder: holder as Holder, key })
      visit(Reflect.get(holder, key), depth + 1)
    }
  }
  visit(root.body, 0)
  const times = Math.max(1, Math.floor(far.length / near.length / 3))
  return [...far, ...Array.from({ length: times }, () => near).flat()]
}

function drop({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else Reflect.deleteProperty(holder, key)
}

function rename(place: Place, chance: Prng): void {
  const { holder, key } = place
  const value = Reflect.get(holder, key)
  drop(place)
  if (Array.isArray(holder)) return
  holder[chance.pick([`${String(key)}s`, String(key).toUpperCase(), 'renamed'])] = value
}

function nested(depth: number): Json {
  let value: Json = 'deep'
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value }
  return value
}

function changedText(text: string, chance: Prng): string {
  const at = chance.int(0, text.length)
  switch (chance.int(1, 6)) {
    case 1:
      return text.slice(0, at)
    case 2:
      return `\uFEFF${text}`
    case 3:
      return `<html>${text.slice(0, 200)}</html>`
    case 4:
      // A number no double holds, where a number was.
      return text.replace(/:\d+/, `:${chance.pick(['1e400', '-1e400', '123456789012345678901234567890'])}`)
    case 5: {
      // The first key again: JSON readers take the last.
      const key = /"(\w+)":/.exec(text)?.[1] ?? 'id'
      return text.replace(/\}$/, `,"${key}":${chance.pick(['null', '"again"', '[]', '7'])}}`)
    }
    default:
      return text.slice(0, at) + chance.pick(['\u0000', ',', '"', '\\u0000', '}']) + text.slice(at)
  }
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
