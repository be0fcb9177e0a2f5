import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cleanText, ZoomError } from '../../../extract/zoom/errors.ts'
import { errorIn, meaningOf, scopesNamedBy } from '../../../extract/zoom/meanings.ts'

/** Texts from Zoom's specification and from what users reported: status, code, text, meaning, kind. */
const known: [number, number | null, string | null, string, 'terminal' | 'transient'][] = [
  [401, 124, 'Access token is expired.', 'token_expired', 'transient'],
  [400, 124, 'Invalid access token.', 'token_expired', 'transient'],
  [
    400,
    4711,
    'Invalid access token, does not contain scopes:[report:read:admin].',
    'missing_scope',
    'terminal',
  ],
  [403, 104, 'Invalid access token, does not contain scopes:[a, b]', 'missing_scope', 'terminal'],
  [401, 4741, 'The token has been revoked.', 'token_expired', 'transient'],
  [200, 200, 'You do not have the right permissions.', 'no_permission', 'terminal'],
  [200, 500, 'Internal Server Error', 'server', 'transient'],
  [400, 200, 'No permission.', 'no_permission', 'terminal'],
  [200, 200, 'Only available for Paid or ZMP account: abc.', 'missing_plan', 'terminal'],
  [200, 200, 'Missing webinar subscription plan.', 'missing_plan', 'terminal'],
  [
    200,
    200,
    'Webinar plan subscription is missing. Enable webinar for this user once the subscription is added:u.',
    'missing_plan',
    'terminal',
  ],
  [
    400,
    200,
    'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action.',
    'missing_plan',
    'terminal',
  ],
  [400, 200, 'This is only available for paid account: abc.', 'missing_plan', 'terminal'],
  [
    400,
    400,
    'This API is only available for ZMP and Business or higher accounts that have enabled the Dashboard feature.',
    'missing_plan',
    'terminal',
  ],
  [400, 300, 'Invalid webinar ID.', 'not_found', 'terminal'],
  [400, 300, 'Invalid meeting id.', 'not_found', 'terminal'],
  [
    400,
    300,
    'The request could not be completed because you have provided an invalid occurrence ID: 1.',
    'not_found',
    'terminal',
  ],
  [400, 300, 'The next page token is invalid or expired.', 'page_token_expired', 'terminal'],
  [400, 300, 'The next page token is either invalid or has expired.', 'page_token_expired', 'terminal'],
  [400, 300, 'Can not access webinar info, 123', 'wrong_kind', 'terminal'],
  [400, 300, 'Can not access meeting info, 123', 'wrong_kind', 'terminal'],
  [400, 300, 'Cannot access meeting information.', 'no_permission', 'terminal'],
  [400, 300, 'Validation Failed.', 'unknown', 'terminal'],
  [400, 300, 'The report is only available for the last six months.', 'expired', 'terminal'],
  [400, 1010, 'User does not belong to this account: abc.', 'no_permission', 'terminal'],
  [400, 3000, 'This webinar doesn’t have registration required: uuid', 'no_registration', 'terminal'],
  [400, 12702, 'Can not access a webinar a year ago.', 'expired', 'terminal'],
  [
    400,
    3161,
    'Meeting hosting and scheduling capabilities are not allowed for your user account.',
    'missing_plan',
    'terminal',
  ],
  [403, 12703, 'No permission for the group: g.', 'no_permission', 'terminal'],
  [403, null, null, 'no_permission', 'terminal'],
  [404, 3001, 'Webinar does not exist: 1.', 'not_found', 'terminal'],
  [404, 3001, 'Webinar "1" not found or has expired', 'not_found', 'terminal'],
  [404, 3001, 'Webinar ID is invalid or not end.', 'not_ended', 'terminal'],
  [
    404,
    3001,
    'This webinar’s detail information is not available or the ID is not valid.',
    'not_found',
    'terminal',
  ],
  [404, 1001, 'User does not exist: u.', 'not_found', 'terminal'],
  [404, null, null, 'not_found', 'terminal'],
  [
    429,
    429,
    'You have reached the maximum per-second rate limit for this API. Try again later.',
    'rate_limited',
    'transient',
  ],
  [
    429,
    429,
    'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.',
    'daily_limit',
    'terminal',
  ],
  [
    429,
    null,
    'Too many concurrent requests. A request to disassociate this user has already been made.',
    'rate_limited',
    'transient',
  ],
  [400, 2300, 'This API endpoint is not recognized.', 'unknown', 'terminal'],
  [500, null, null, 'server', 'transient'],
  [503, 1234, 'Busy', 'server', 'transient'],
  [501, null, null, 'server', 'terminal'],
  [408, null, null, 'timeout', 'transient'],
  [302, null, null, 'malformed', 'terminal'],
  [418, 77, 'teapot', 'unknown', 'terminal'],
]

describe('meaningOf', () => {
  test.each(known)('%i, code %s, "%s" means %s and is %s', (status, code, message, meaning, kind) => {
    const found = meaningOf({ status, code, message, isJson: true })
    expect([found.meaning, found.kind]).toEqual([meaning, kind])
    expect(found.remedy.length).toBeGreaterThan(20)
  })

  test('takes a 403 page of a proxy for one unreadable answer, not for a missing permission', () => {
    const found = meaningOf({ status: 403, code: null, message: null, isJson: false })
    expect(found).toMatchObject({ meaning: 'malformed', kind: 'terminal' })
  })

  test('takes an HTML page or a cut-off body with status 200 for something that may pass', () => {
    const found = meaningOf({ status: 200, code: null, message: null, isJson: false })
    expect(found).toMatchObject({ meaning: 'malformed', kind: 'transient' })
  })
})

describe('errorIn', () => {
  test('finds an error whatever the type of its code, and adds the details of a validation', () => {
    expect(errorIn({ code: '300', message: 'x' })).toEqual({ code: 300, message: 'x' })
    const body = {
      code: 300,
      message: 'Validation Failed.',
      errors: [{ field: 'from', message: 'Invalid.' }, null],
    }
    expect(errorIn(body)).toEqual({ code: 300, message: 'Validation Failed. from: Invalid.' })
  })

  test('finds none in a page, a list, a number, or a body that only has a message', () => {
    for (const body of [
      { participants: [] },
      [],
      7,
      null,
      'x',
      { message: 'hello' },
      { code: 0, message: 'ok' },
    ]) {
      expect(errorIn(body)).toBeNull()
    }
  })
})

test('scopesNamedBy reads the scopes out of the text, once each', () => {
  const text =
    'Invalid access token, does not contain scopes:[report:read:admin, report:read:user:admin,report:read:admin].'
  expect(scopesNamedBy(text)).toEqual(['report:read:admin', 'report:read:user:admin'])
  expect(scopesNamedBy('no list here')).toEqual([])
})

describe('ZoomError', () => {
  test('says what failed, on what, on which page, and what to do', () => {
    const error = new ZoomError({
      meaning: 'not_found',
      kind: 'terminal',
      path: '/report/webinars/abc/participants',
      page: 3,
      httpStatus: 404,
      code: 3001,
      zoomMessage: 'Webinar does not exist: abc.',
      remedy: 'Check the id.',
    })
    expect(error.message).toBe(
      'GET /report/webinars/abc/participants, page 3 failed: not_found (HTTP 404, code 3001): "Webinar does not exist: abc.". Check the id.',
    )
    expect(error.with({ page: 4, attempts: 2 }).message).toContain('page 4 failed after 2 attempts')
  })

  test('cleanText blanks secrets in every form they are echoed in, tokens, links and control characters', () => {
    const secret = 'a+b/c=='
    const echoed = `${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}`
    const clean = cleanText(
      `${echoed} Bearer abc.def eyJhbGciOi.J9.x https://zoom.us/w/1?tk=SECRET&pwd=PASS\u0000\u001b[31m end`,
      [secret, ''],
    )
    for (const trace of [secret, encodeURIComponent(secret), 'abc.def', 'eyJ', 'SECRET', 'PASS', '\u001b']) {
      expect(clean).not.toContain(trace)
    }
    expect(clean).toContain('end')
    expect(cleanText('x'.repeat(10_000), []).length).toBeLessThan(500)
  })
})

const fixtures = path.join(import.meta.dirname, '../../../../shared/fixtures/zoom_rb')
describe.skipIf(!existsSync(fixtures))(
  'error bodies of another project (skipped where ../shared is absent)',
  () => {
    const meanings: Record<string, string> = {
      'error_meeting_not_exist.json': 'not_found',
      'error_next_page_token_invalid.json': 'page_token_expired',
      'error_not_found.json': 'no_permission',
      'error_unauthorized_request.json': 'no_permission',
      'error_user_not_exist.json': 'not_found',
      'error_validation.json': 'unknown',
    }
    const files = existsSync(fixtures)
      ? readdirSync(fixtures).filter((name) => name.startsWith('error_'))
      : []
    test.each(files)('%s has the meaning it should', (name) => {
      const error = errorIn(JSON.parse(readFileSync(path.join(fixtures, name), 'utf8')))
      expect(error).not.toBeNull()
      expect(
        meaningOf({ status: 400, isJson: true, ...(error as { code: number; message: string }) }).meaning,
      ).toBe(meanings[name])
    })
  },
)
