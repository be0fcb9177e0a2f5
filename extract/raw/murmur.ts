const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

const turned = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The last bytes of a text, filled up with zeros. */
const rest = new Uint8Array(16)
const restView = new DataView(rest.buffer)

/**
 * MurmurHash3 (Austin Appleby, public domain) of 128 bits for 32-bit machines, which is what JavaScript's integers
 * are, with seed 0. It tells texts apart as well as SHA-1 does while nobody forges them, and is eight times as fast:
 * SHA-1 is quick, but each call of it makes objects.
 * @param bytes where the text stands, from `start` to before `end`
 * @param into four words, as signed integers
 */
export function murmur128(bytes: DataView, start: number, end: number, into: Int32Array): void {
  const length = end - start
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  let at = start
  for (; at + 16 <= end; at += 16) {
    h1 ^= Math.imul(turned(Math.imul(bytes.getInt32(at, true), c1), 15), c2)
    h1 = (Math.imul((turned(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(turned(Math.imul(bytes.getInt32(at + 4, true), c2), 16), c3)
    h2 = (Math.imul((turned(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(turned(Math.imul(bytes.getInt32(at + 8, true), c3), 17), c4)
    h3 = (Math.imul((turned(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(turned(Math.imul(bytes.getInt32(at + 12, true), c4), 18), c1)
    h4 = (Math.imul((turned(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  if (at < end) {
    rest.fill(0)
    for (let place = 0; at < end; place++, at++) rest[place] = bytes.getUint8(at)
    h1 ^= Math.imul(turned(Math.imul(restView.getInt32(0, true), c1), 15), c2)
    h2 ^= Math.imul(turned(Math.imul(restView.getInt32(4, true), c2), 16), c3)
    h3 ^= Math.imul(turned(Math.imul(restView.getInt32(8, true), c3), 17), c4)
    h4 ^= Math.imul(turned(Math.imul(restView.getInt32(12, true), c4), 18), c1)
  }
  h1 = ((h1 ^ length) + (h2 ^ length) + (h3 ^ length) + (h4 ^ length)) | 0
  h2 = mixed(((h2 ^ length) + h1) | 0)
  h3 = mixed(((h3 ^ length) + h1) | 0)
  h4 = mixed(((h4 ^ length) + h1) | 0)
  h1 = (mixed(h1) + h2 + h3 + h4) | 0
  into[0] = h1
  into[1] = h2 + h1
  into[2] = h3 + h1
  into[3] = h4 + h1
}
