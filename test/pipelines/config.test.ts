import { describe, expect, it } from 'vitest'
import { UsageError } from '../../pipelines/cliError.ts'
import { readConfig, requireCredentials } from '../../pipelines/config.ts'

describe('readConfig', () => {
  it('takes every variable and fills in the defaults', () => {
    const config = readConfig({ ZOOM_ACCOUNT_ID: 'abc_DEF-1', ZOOM_PLAN: 'business' })
    expect(config).toMatchObject({ accountId: 'abc_DEF-1', plan: 'business', databaseUrl: undefined })
    expect(config.dataDir).toMatch(/data$/)
  })

  it('counts an empty variable as absent', () => {
    expect(readConfig({ DATABASE_URL: '', ZOOM_PLAN: '' })).toMatchObject({
      databaseUrl: undefined,
      plan: 'pro',
    })
  })

  it('names a wrong variable, what it got and where to find it', () => {
    expect(() => readConfig({ ZOOM_PLAN: 'platinum' })).toThrow(
      /ZOOM_PLAN is not valid: got "platinum".*Zoom billing page/,
    )
  })

  it('takes the identity threshold as a number above 0 and at most 1', () => {
    expect(readConfig({ ROLLCALL_IDENTITY_THRESHOLD: '0.95' }).identityThreshold).toBe(0.95)
    expect(readConfig({}).identityThreshold).toBeUndefined()
    for (const wrong of ['0', '1.5', 'much'])
      expect(() => readConfig({ ROLLCALL_IDENTITY_THRESHOLD: wrong })).toThrow(/ROLLCALL_IDENTITY_THRESHOLD/)
  })

  it('names all wrong variables at once', () => {
    const read = () => readConfig({ ZOOM_PLAN: 'x', ZOOM_ACCOUNT_ID: '../../etc' })
    expect(read).toThrow(/ZOOM_ACCOUNT_ID/)
    expect(read).toThrow(/ZOOM_PLAN/)
  })

  it('never echoes a database URL, which holds a password', () => {
    const read = () => readConfig({ DATABASE_URL: 'mysql://root:hunter2@db/x' })
    expect(read).toThrow(/DATABASE_URL is not valid/)
    expect(read).not.toThrow(/hunter2/)
  })
})

describe('requireCredentials', () => {
  it('names exactly the missing variables, and the demo as the way without them', () => {
    const config = readConfig({ ZOOM_ACCOUNT_ID: 'abc' })
    expect(() => requireCredentials(config)).toThrow(UsageError)
    expect(() => requireCredentials(config)).toThrow(
      /^ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET not set.*\n.*npm run demo/,
    )
  })
})
