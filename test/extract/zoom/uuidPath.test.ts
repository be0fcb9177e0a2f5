import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathSegment, uuidPath } from '../../../extract/zoom/uuidPath.ts'

describe('uuidPath', () => {
  test('encodes twice whether or not Zoom says that it must', () => {
    expect(uuidPath('/abc//d==')).toBe('%252Fabc%252F%252Fd%253D%253D')
    expect(uuidPath('wPUYIy/pR2mPs5r9no2GmA==')).toBe('wPUYIy%252FpR2mPs5r9no2GmA%253D%253D')
    expect(uuidPath('a+b==')).toBe('a%252Bb%253D%253D')
  })

  test('gives any uuid back after two decodings and never a slash, a dot segment or a query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (uuid) => {
        fc.pre(uuid !== '.' && uuid !== '..')
        const encoded = uuidPath(uuid)
        expect(decodeURIComponent(decodeURIComponent(encoded))).toBe(uuid.toWellFormed())
        expect(encoded).toMatch(/^[A-Za-z0-9%\-_.!~*'()]+$/)
        expect(new URL(`https://example.com/v2/${encoded}/x`).pathname).toBe(`/v2/${encoded}/x`)
      }),
    )
  }, 120_000)

  test('refuses what names no path of its own', () => {
    for (const nothing of ['', '.', '..']) {
      expect(() => uuidPath(nothing)).toThrow(TypeError)
      expect(() => pathSegment(nothing)).toThrow(/an id was expected/)
    }
    expect(pathSegment('a/../b@example.com')).toBe('a%2F..%2Fb%40example.com')
    expect(pathSegment('\ud800')).toBe('%EF%BF%BD')
  })
})

const file = path.join(import.meta.dirname, '../../../../shared/fixtures/uuid_encoding_vectors.json')
describe.skipIf(!existsSync(file))('vectors of other projects (skipped where ../shared is absent)', () => {
  const { vectors } = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: { uuid: string; path: string }[] })
    : { vectors: [] }

  test('agree with ours wherever Zoom demands double encoding', () => {
    const demanded = vectors.filter(({ uuid }) => uuid.startsWith('/') || uuid.includes('//'))
    expect(demanded.length).toBeGreaterThanOrEqual(4)
    for (const { uuid, path: expected } of demanded) expect(uuidPath(uuid)).toBe(expected)
  })

  test('differ elsewhere only in how often they encode the same uuid', () => {
    for (const { uuid, path: theirs } of vectors) {
      let decoded = theirs
      for (let times = 0; times < 2; times++) decoded = decodeURIComponent(decoded)
      expect(decoded).toBe(uuid)
      expect(decodeURIComponent(decodeURIComponent(uuidPath(uuid)))).toBe(uuid)
    }
  })
})
