/**
 * The only source of chance in the simulator: sfc32 (Chris Doty-Humphrey, PractRand), seeded from a text with
 * cyrb128. A generator forks by label, so one part's draws never shift another's.
 */
export interface Prng {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform whole number in [low, high], both included. */
  int(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** `count` different items (fewer where there are not so many), in random order. */
  sample<T>(items: readonly T[], count: number): T[]
  bytes(count: number): Uint8Array
  fork(label: string): Prng
}

function hash128(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i)
    a = b ^ Math.imul(a ^ k, 597399067)
    b = c ^ Math.imul(b ^ k, 2869860233)
    c = d ^ Math.imul(c ^ k, 951274213)
    d = a ^ Math.imul(d ^ k, 2716044179)
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  const mixed = a ^ b ^ c ^ d
  return [mixed >>> 0, (b ^ mixed) >>> 0, (c ^ mixed) >>> 0, (d ^ mixed) >>> 0]
}

/** A generator whose whole sequence is decided by `seed`. */
export function createPrng(seed: string): Prng {
  let [a, b, c, d] = hash128(seed)
  const draw = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) draw()
  const next = () => draw() / 4294967296
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list')
      return items[int(0, items.length - 1)] as T
    },
    sample<T>(items: readonly T[], count: number): T[] {
      const pool = items.slice()
      const size = Math.max(0, Math.min(count, pool.length))
      for (let i = 0; i < size; i++) {
        const j = int(i, pool.length - 1)
        const swap = pool[i] as T
        pool[i] = pool[j] as T
        pool[j] = swap
      }
      pool.length = size
      return pool
    },
    bytes(count) {
      const out = new Uint8Array(count)
      for (let i = 0; i < count; i++) out[i] = draw() & 255
      return out
    },
    fork: (label) => createPrng(`${seed}/${label}`),
  }
}
