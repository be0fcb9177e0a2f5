import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { UsageError } from './cliError.ts'

/** Every variable rollcall reads, and where to find its value: a mistake in the configuration names it. */
export const hints: Readonly<Record<string, string>> = {
  ZOOM_ACCOUNT_ID: 'the App Credentials page of your server-to-server OAuth app at marketplace.zoom.us',
  ZOOM_CLIENT_ID: 'the App Credentials page of your server-to-server OAuth app at marketplace.zoom.us',
  ZOOM_CLIENT_SECRET: 'the App Credentials page of your server-to-server OAuth app at marketplace.zoom.us',
  ZOOM_API_URL: 'leave it out for https://api.zoom.us/v2',
  ZOOM_OAUTH_URL: 'leave it out for https://zoom.us/oauth/token',
  ZOOM_PLAN: 'the plan on your Zoom billing page; it sets the rate limits',
  DATABASE_URL: 'postgres://user:password@host:5432/database; leave it out for the embedded Postgres',
  ROLLCALL_IDENTITY_THRESHOLD:
    'how probable a link between rows without a strong key must be, above 0 to 1; leave it out for 0.95; 1 links nobody by likeness',
  ROLLCALL_DATA_DIR: 'a folder rollcall may write to; ./data when left out',
}

const url = (protocols: RegExp) => z.url({ protocol: protocols }).optional()
const Environment = z.object({
  /** Zoom account ids are url-safe; the id is part of file names, so nothing else may pass. */
  ZOOM_ACCOUNT_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _ only')
    .optional(),
  ZOOM_CLIENT_ID: z.string().min(1).optional(),
  ZOOM_CLIENT_SECRET: z.string().min(1).optional(),
  ZOOM_API_URL: url(/^https?$/),
  ZOOM_OAUTH_URL: url(/^https?$/),
  ZOOM_PLAN: z.enum(['free', 'pro', 'business']).optional(),
  DATABASE_URL: url(/^postgres(ql)?$/),
  ROLLCALL_IDENTITY_THRESHOLD: z.coerce.number().gt(0).lte(1).optional(),
  ROLLCALL_DATA_DIR: z.string().min(1).optional(),
})

/** Everything a command may need to know about where it runs. Validated once, frozen. */
export interface Config {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly accountId: string | undefined
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly apiUrl: string | undefined
  readonly oauthUrl: string | undefined
  /** `unlimited` only with a simulator on this machine. */
  /** See `TransformOptions.identityThreshold`. */
  readonly identityThreshold: number | undefined
  readonly plan: 'free' | 'pro' | 'business' | 'unlimited'
}

/**
 * Reads the configuration from `.env` (where there is one) and the environment, which wins. Empty values count as absent.
 * @throws {UsageError} naming each wrong variable, what it got (never for secrets) and where to find the value
 */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  overrides: { dataDir?: string } = {},
): Config {
  const given = givenIn(environment)
  const result = Environment.safeParse(given)
  if (!result.success) {
    throw new UsageError(
      mistakesIn(environment)
        .map(({ message }) => message)
        .join('\n'),
    )
  }
  const values = result.data
  return Object.freeze({
    dataDir: path.resolve(overrides.dataDir ?? values.ROLLCALL_DATA_DIR ?? 'data'),
    databaseUrl: values.DATABASE_URL,
    accountId: values.ZOOM_ACCOUNT_ID,
    clientId: values.ZOOM_CLIENT_ID,
    clientSecret: values.ZOOM_CLIENT_SECRET,
    apiUrl: values.ZOOM_API_URL,
    oauthUrl: values.ZOOM_OAUTH_URL,
    identityThreshold: values.ROLLCALL_IDENTITY_THRESHOLD,
    plan: values.ZOOM_PLAN ?? (isLoopback(values.ZOOM_API_URL) ? 'unlimited' : 'pro'),
  })
}

/** What is wrong with the configuration, a variable at a time; the messages show no secret. */
export function mistakesIn(environment: NodeJS.ProcessEnv): { name: string; message: string }[] {
  const given = givenIn(environment)
  const issues = Environment.safeParse(given).error?.issues ?? []
  return issues.map((issue) => ({ name: String(issue.path[0]), message: describe(issue, given) }))
}

function givenIn(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(hints).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  )
}

function isLoopback(url: string | undefined): boolean {
  return url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0])
  // A database URL holds a password, a secret is one: neither is echoed.
  const isSecret = name === 'ZOOM_CLIENT_SECRET' || name === 'DATABASE_URL'
  const got = isSecret ? 'a value of the wrong form' : `"${given[name]}"`
  return `${name} is not valid: got ${got} (${issue.message}). Where to find it: ${hints[name]}.`
}

/** Loads `.env` from the working folder, if there is one; what the environment already has stays. */
export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

export interface ZoomCredentials {
  accountId: string
  clientId: string
  clientSecret: string
}

/** The Zoom credentials of a configuration. @throws {UsageError} naming every missing variable and where to find it */
export function requireCredentials(config: Config): ZoomCredentials {
  const { accountId, clientId, clientSecret } = config
  const missing = [
    accountId === undefined && 'ZOOM_ACCOUNT_ID',
    clientId === undefined && 'ZOOM_CLIENT_ID',
    clientSecret === undefined && 'ZOOM_CLIENT_SECRET',
  ].filter((name) => name !== false)
  if (accountId === undefined || clientId === undefined || clientSecret === undefined) {
    throw new UsageError(
      `${missing.join(', ')} not set. Where to find ${missing.length > 1 ? 'them' : 'it'}: ${hints.ZOOM_CLIENT_ID}.\nTo try rollcall without a Zoom account: npm run demo`,
    )
  }
  return { accountId, clientId, clientSecret }
}
