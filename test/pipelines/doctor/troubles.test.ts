import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveRun } from '../../../extract/runs.ts'
import { ZoomError } from '../../../extract/zoom/errors.ts'
import { uuidPath } from '../../../extract/zoom/uuidPath.ts'
import { diagnose } from '../../../pipelines/doctor/diagnose.ts'
import { type Finding, warning } from '../../../pipelines/doctor/finding.ts'
import type { Symptoms } from '../../../pipelines/doctor/symptoms.ts'
import { checkRateLimitExceeded } from '../../../pipelines/doctor/troubles.ts'
import { createAccount } from '../../../simulator/account.ts'
import type { Instance } from '../../../simulator/model.ts'
import { openTestAccount, type TestAccount } from '../account.ts'

/*
 * Goal: where the symptom of a trouble that users report is in the data, its answer is in the output. Method: an
 * account in which one instance is not found by any source and one always asked too fast, read and modeled for real;
 * the doctor then looks at the folder alone, without credentials.
 */

const now = new Date('2026-06-15T00:00:00Z')
const [lost, limited] = createAccount({ now }).instances.filter(
  (one) => one.isInHistory && one.rows.length > 20,
) as [Instance, Instance]
const unknownId = 91234567890

let account: TestAccount
let findings: Finding[]
beforeAll(async () => {
  account = await openTestAccount(
    { now },
    {
      intercept: ({ path: asked }) => {
        if (!asked.endsWith('/participants')) return null
        if (asked.includes(uuidPath(lost.uuid))) {
          return { status: 404, body: { code: 3001, message: `Meeting does not exist: ${lost.uuid}.` } }
        }
        if (!asked.includes(uuidPath(limited.uuid))) return null
        const message = 'You have reached the maximum per-second rate limit for this API. Try again later.'
        return { status: 429, body: { code: 429, message } }
      },
    },
  )
  await account.extract({ patience: { maxAttempts: 1 } })
  await account.extract({ patience: { maxAttempts: 1 }, webinarIds: [unknownId] })
  await account.transform()
  findings = await diagnose({ environment: {}, dataDir: account.dataDir })
}, 240_000)
afterAll(() => account.close())

const of = (check: string) => findings.find((one) => one.check === check) as Finding

describe('"no participants found"', () => {
  it('names the instances, why, and how uuid and id are asked', () => {
    const finding = of('no_participants_found')
    expect(finding.verdict).toBe('warning')
    expect(finding.details).toContainEqual(expect.stringMatching(/^1 instance not found .*every source/))
    expect(finding.details.find((one) => one.includes('not found'))).toContain(lost.uuid)
    expect(finding.details).toContainEqual(expect.stringMatching(/^\d instances? expired .*rollcall import/))
    expect(finding.remedy).toMatch(/numeric id answers for the latest instance only.*encoded twice/)
  })

  it('names a webinar id that Zoom does not know', () => {
    expect(of('no_participants_found').details).toContainEqual(
      expect.stringMatching(new RegExp(`knows no webinar ${unknownId} in this account`)),
    )
  })
})

describe('"rate limit exceeded"', () => {
  it('counts the readings that failed on it, and asks for the plan', () => {
    expect(of('rate_limit_exceeded')).toMatchObject({
      verdict: 'warning',
      found: '3 readings failed on a rate limit',
      remedy: expect.stringMatching(/ZOOM_PLAN is the plan on the billing page/),
    })
  })

  it('names a wrong ZOOM_PLAN as the cause where one was found', () => {
    const symptoms: Symptoms = {
      asked: 5,
      emptyHanded: [],
      unknownWebinars: [],
      limited: 2,
      stoppedByQuota: null,
      emails: null,
    }
    const plan = warning('plan', 'ZOOM_PLAN is business; headers say pro', { remedy: 'Set ZOOM_PLAN=pro.' })
    expect(checkRateLimitExceeded(symptoms, plan).remedy).toMatch(/likely cause: .*Set ZOOM_PLAN=pro\./)
  })

  it('tells the limit of the day from that of the second', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-doctor-quota-'))
    try {
      const refusal = new ZoomError({
        meaning: 'daily_limit',
        kind: 'terminal',
        remedy: 'Later.',
        httpStatus: 429,
      })
      await saveRun(dataDir, {
        run_id: '20260101T000000000Z-abc',
        account_id: 'abc',
        kind: 'extract',
        status: 'stopped',
        started_at: '2026-01-01T00:00:00.000Z',
        finished_at: null,
        reason: refusal.message,
        requests: {},
      })
      const found = await diagnose({ environment: {}, dataDir })
      expect(found.find((one) => one.check === 'rate_limit_exceeded')).toMatchObject({
        verdict: 'warning',
        found: 'the last run stopped at the daily limit',
        details: [expect.stringMatching(/after 00:00 UTC/)],
      })
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})

describe('"missing e-mail data"', () => {
  it('gives the share, why Zoom hides them, and the setting that helps', () => {
    const finding = of('missing_email_data')
    expect(finding.verdict).toBe('warning')
    expect(finding.found).toMatch(/^\d+ % of participants have no e-mail \(\d+ of \d+\)$/)
    const [, without = 0, all = 0] = (/\((\d+) of (\d+)\)/.exec(finding.found) ?? []).map(Number)
    // Every participant of the account but those of the two instances that could not be read.
    const lostOnes = account.truth.webinars
      .flatMap((webinar) => webinar.instances)
      .filter((one) => [lost.uuid, limited.uuid].includes(one.zoom_uuid))
      .reduce((sum, one) => sum + one.participants, 0)
    expect(all).toBe(account.truth.totals.participants - lostOnes)
    expect(without).toBeGreaterThan(0)
    expect(finding.details.join('\n')).toMatch(/without registration \d+ %, with registration/)
    expect(finding.remedy).toMatch(/Since March 2022.*Require registration.*email in attendee report/)
  })
})
