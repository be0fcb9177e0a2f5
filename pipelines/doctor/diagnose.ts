import { setTimeout as delay } from 'node:timers/promises'
import { dailyUse } from '../../extract/requestRecord.ts'
import { listRuns } from '../../extract/runs.ts'
import type { ZoomClientEffects } from '../../extract/zoom/client.ts'
import type { DailyUse } from '../../extract/zoom/dailyBudget.ts'
import { ZoomError } from '../../extract/zoom/errors.ts'
import { rateLabels } from '../../extract/zoom/plans.ts'
import { type Config, mistakesIn, readConfig, requireCredentials } from '../config.ts'
import { type AskedZoom, askZoom } from './askZoom.ts'
import { checkClock } from './clock.ts'
import { checkConfiguration } from './configuration.ts'
import { checkCredentials, missingCredentials } from './credentials.ts'
import { examineDatabase } from './database.ts'
import { checkDataFolder, checkDiskSpace } from './dataFolder.ts'
import { type Finding, skipped, warning } from './finding.ts'
import { examineFolder } from './folder.ts'
import { checkNode } from './node.ts'
import { checkDashboard, checkPlan, checkWebinarAddon } from './plan.ts'
import { checkQuota } from './quota.ts'
import { checkReach } from './reach.ts'
import { checkScopes } from './scopes.ts'
import { readSymptoms } from './symptoms.ts'
import { checkMissingEmails, checkNoParticipants, checkRateLimitExceeded } from './troubles.ts'

export interface DiagnoseOptions {
  environment: NodeJS.ProcessEnv
  dataDir?: string
  signal?: AbortSignal
}

export interface DiagnoseEffects {
  clock: () => number
  sleep: NonNullable<ZoomClientEffects['sleep']>
  nodeVersion: string
  onProgress?: (text: string) => void
}

const defaultEffects: DiagnoseEffects = {
  clock: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  nodeVersion: process.versions.node,
}

/**
 * Looks at everything a sync depends on. Takes no lock and writes nothing. Whatever cannot be looked at is `skipped`
 * and the rest goes on, so that it is of use while the configuration is half done.
 */
export async function diagnose(
  options: DiagnoseOptions,
  given: Partial<DiagnoseEffects> = {},
): Promise<Finding[]> {
  const effects = { ...defaultEffects, ...given }
  const { environment } = options
  const config = usableConfig(environment, options.dataDir)
  const say = effects.onProgress ?? (() => {})
  const findings = [checkConfiguration(environment), checkNode(effects.nodeVersion)]

  say('asking Zoom')
  const asked =
    missingCredentials(config).length === 0
      ? await askZoom(config, requireCredentials(config), {
          clock: effects.clock,
          sleep: effects.sleep,
          signal: options.signal,
        })
      : null
  findings.push(...zoomFindings(config, environment, asked, effects.clock()))
  findings.push(await quotaFinding(config, asked, effects.clock()))

  say('looking at the data folder')
  const folder = await examineFolder(config.dataDir)
  findings.push(checkDataFolder(folder), checkDiskSpace(folder))
  say('looking at the database')
  findings.push(...(await examineDatabase(config)))
  say('looking at what was captured')
  findings.push(...(await troubleFindings(config.dataDir, findings)))
  return findings.map((finding) => withoutSecrets(finding, config))
}

/** The configuration without the values that are of no use, so that the rest can be looked at. */
function usableConfig(environment: NodeJS.ProcessEnv, dataDir: string | undefined): Config {
  const wrong = new Set(mistakesIn(environment).map(({ name }) => name))
  const usable = Object.fromEntries(Object.entries(environment).filter(([name]) => !wrong.has(name)))
  return readConfig(usable, { dataDir })
}

const zoomChecks = ['scopes', 'plan', 'webinar_addon', 'dashboard', 'reach'] as const

function zoomFindings(
  config: Config,
  environment: NodeJS.ProcessEnv,
  asked: AskedZoom | null,
  nowMs: number,
): Finding[] {
  const heads = asked?.heads ?? []
  if (asked === null || asked.facts instanceof ZoomError) {
    const refusal = asked?.facts instanceof ZoomError ? asked.facts : undefined
    return [
      checkCredentials(config, refusal),
      ...zoomChecks.map((check) => skipped(check, 'needs working credentials')),
      checkClock(heads),
    ]
  }
  const { facts } = asked
  return [
    checkCredentials(config, null),
    checkScopes(facts.scopes),
    checkPlan(facts, heads, config.plan, Boolean(environment.ZOOM_PLAN)),
    checkWebinarAddon(facts),
    checkDashboard(facts),
    checkReach(facts.reach, nowMs),
    checkClock(heads),
  ]
}

async function quotaFinding(config: Config, asked: AskedZoom | null, nowMs: number): Promise<Finding> {
  if (config.accountId === undefined) return skipped('quota', 'needs ZOOM_ACCOUNT_ID')
  try {
    const use = dailyUse(listRuns(config.dataDir), config.accountId, nowMs)
    const facts = asked?.facts
    const answers =
      facts === undefined || facts instanceof ZoomError
        ? [facts]
        : [facts.users, ...facts.hosts, facts.dashboard, facts.reach]
    const refusal = answers.find((one) => one instanceof ZoomError && one.meaning === 'daily_limit')
    return checkQuota(
      config.plan,
      asked ? added(use, asked.used) : use,
      asked?.heads ?? [],
      (refusal as ZoomError | undefined) ?? null,
      nowMs,
    )
  } catch (error) {
    return unreadable('quota', error)
  }
}

function added(use: DailyUse, more: DailyUse): DailyUse {
  const sums = Object.fromEntries(rateLabels.map((label) => [label, use[label] + more[label]]))
  return { ...use, ...sums }
}

async function troubleFindings(dataDir: string, findings: readonly Finding[]): Promise<Finding[]> {
  try {
    const symptoms = await readSymptoms(dataDir)
    return [
      checkNoParticipants(symptoms),
      checkRateLimitExceeded(
        symptoms,
        findings.find(({ check }) => check === 'plan'),
      ),
      checkMissingEmails(symptoms),
    ]
  } catch (error) {
    const others = ['rate_limit_exceeded', 'missing_email_data'] as const
    return [
      unreadable('no_participants_found', error),
      ...others.map((check) => skipped(check, 'what is in the data folder cannot be read')),
    ]
  }
}

/** Files that cannot be read are a finding of their own, and no reason to say nothing of the rest. */
function unreadable(check: string, error: unknown): Finding {
  return warning(check, 'what is in the data folder cannot be read', {
    cost: 'this check cannot be made',
    remedy: error instanceof Error ? error.message : String(error),
  })
}

/** A second net: messages are made without secrets, and what slips through is blanked here. */
function withoutSecrets(finding: Finding, { clientSecret, databaseUrl }: Config): Finding {
  const password = databaseUrl ? new URL(databaseUrl).password : ''
  const typed = password.replaceAll(/(?:%[0-9A-F]{2})+/gi, (code) =>
    Buffer.from(code.replaceAll('%', ''), 'hex').toString(),
  )
  const secrets = [clientSecret, password, typed].filter(
    (secret): secret is string => secret !== undefined && secret.length > 3,
  )
  const clean = (text: string) => secrets.reduce((left, secret) => left.replaceAll(secret, '[removed]'), text)
  return {
    ...finding,
    found: clean(finding.found),
    cost: finding.cost && clean(finding.cost),
    remedy: finding.remedy && clean(finding.remedy),
    details: finding.details.map(clean),
  }
}
