import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactPage, redactRow } from '../../../extract/zoom/redact.ts'

const link = 'https://us02web.zoom.us/w/91234567890?tk=SECRET-abc.def&pwd=SECRETpass'

describe('redactRow', () => {
  test('leaves a row without secrets as it is, value and text', () => {
    const row = {
      name: 'Ann Hurley',
      user_email: 'ann@example.com',
      join_time: '2026-01-01T00:00:00Z',
      extra: [1, null],
    }
    const { value, text } = redactRow(row)
    expect(value).toBe(row)
    expect(text).toBe(JSON.stringify(row))
  })

  test.each([
    'join_url',
    'start_url',
    'registration_url',
    'tracking_url',
    'personal_meeting_url',
    'invite_link',
    'password',
    'h323_passcode',
    'encrypted_passcode',
    'pstn_password',
    'host_key',
    'pmi',
    'zak',
    'pwd',
    'access_token',
    'token',
    'client_secret',
    'joinUrl',
    'hostKey',
    'Password',
  ])('removes the field %s at any depth', (field) => {
    const row = { id: 1, [field]: 'SECRET', nested: { list: [{ [field]: 'SECRET', kept: 'yes' }] } }
    const { value, text } = redactRow(row)
    expect(text).not.toContain('SECRET')
    expect(value).toEqual({ id: 1, nested: { list: [{ kept: 'yes' }] } })
    expect(JSON.parse(text)).toEqual(value)
  })

  test.each([
    `Join here: ${link} and be on time`,
    `<a href="${link}">x</a>`,
    'https://example.com/redirect?to=https%3A%2F%2Fzoom.us%2Fw%2F1%3Ftk%3DSECRET',
    'zoom.us/j/1?pwd=SECRET',
    'https://zoom.us/s/1?x=1&amp;zak=SECRET',
  ])('removes a personal link from the text "%s" and keeps the rest', (agenda) => {
    const { value, text } = redactRow({ agenda, topic: 'My Webinar' })
    expect(text).not.toContain('SECRET')
    expect(text).toContain('[link removed]')
    expect(value).toMatchObject({ topic: 'My Webinar' })
  })

  test('does not take a question about a password for one', () => {
    const row = { question: 'What is the password policy?', answer: 'secret' }
    expect(redactRow(row).text).toBe(JSON.stringify(row))
  })

  test('removes a secret wherever it stands among arbitrary JSON, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('join_url', 'password', 'refresh_token'), (rest, field) => {
        const clean = JSON.parse(redactRow({ rest }).text)
        expect(JSON.parse(redactRow({ rest, [field]: 'SECRET' }).text)).toEqual(clean)
      }),
    )
  }, 120_000)

  test('ends on a value nested deeper than can be written', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    expect(redactRow(deep).text).toContain('[nested too deeply]')
  })

  test('keeps a field named __proto__ a field', () => {
    const row = JSON.parse('{"__proto__": {"polluted": true}, "join_url": "x"}')
    const { text } = redactRow(row)
    expect(text).toBe('{"__proto__":{"polluted":true}}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('redactPage', () => {
  test('returns the very text when there is nothing to remove, the page token being none', () => {
    const text = '{ "next_page_token": "abc",  "participants": [] }'
    const body = JSON.parse(text)
    expect(redactPage(body, text)).toEqual({ value: body, text })
  })

  test('keeps the page token beside removed links, but no token of a row', () => {
    const body = {
      next_page_token: 'abc',
      registrants: [{ id: 'r', join_url: link, next_page_token: 'SECRET' }],
    }
    const { text } = redactPage(body, JSON.stringify(body))
    expect(JSON.parse(text)).toEqual({ next_page_token: 'abc', registrants: [{ id: 'r' }] })
  })

  test('sees a link through escaped characters', () => {
    const text = '{"webinars":[{"agenda":"https://zoom.us/w/1?x=1\\u0026tk\\u003dSECRET"}]}'
    expect(redactPage(JSON.parse(text), text).text).not.toContain('SECRET')
  })
})
