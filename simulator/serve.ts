import { Command, InvalidArgumentError, Option } from 'commander'
import { createAccount, type Scale } from './account.ts'
import { type Plan, startSimulator } from './server.ts'
import { truthOf, writeTruth } from './truth.ts'

/** `npm run simulator`: serves an account until interrupted, and prints the environment to reach it. */

interface Options {
  seed: number
  scale: Scale
  port?: number
  plan: Plan
  unlimited?: boolean
  recent?: boolean
  now?: Date
  truth?: string
  scopes?: string[]
}

const program = new Command('simulator')
  .description('A Zoom account that does not exist, on loopback, with its truth beside it.')
  .option('--seed <number>', 'same seed, same account', wholeNumber, 1)
  .option('--scale <scale>', 'tiny, demo, headline, or about how many participants', scale, 'demo')
  .option('--port <number>', 'where to listen (default: any free port)', wholeNumber)
  .addOption(
    new Option('--plan <plan>', 'plan of the account')
      .choices(['free', 'pro', 'business'])
      .default('business'),
  )
  .option('--unlimited', 'no rate limits')
  .option('--recent', 'add an instance that ended three hours before now')
  .option('--now <iso>', 'what dates are relative to (default: today, 00:00 UTC)', date)
  .option('--truth <dir>', 'write truth.json and participants.ndjson there')
  .option('--scopes <scope...>', 'grant these scopes only')
  .parse()

const options = program.opts<Options>()
const account = createAccount(options)
if (options.truth !== undefined) await writeTruth(account, options.truth)
const simulator = await startSimulator({
  account,
  port: options.port,
  plan: options.plan,
  rateLimits: !options.unlimited,
  scopes: options.scopes,
})
const { totals } = truthOf(account)
process.stdout.write(`# ${totals.webinars} webinars, ${totals.instances} instances, ${totals.participants} participants; Ctrl-C stops
ZOOM_API_URL=${simulator.apiUrl}
ZOOM_OAUTH_URL=${simulator.oauthUrl}
ZOOM_ACCOUNT_ID=${simulator.accountId}
ZOOM_CLIENT_ID=${simulator.clientId}
ZOOM_CLIENT_SECRET=${simulator.clientSecret}
${options.unlimited ? '' : `ZOOM_PLAN=${options.plan}\n`}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`expected a whole number, got ${text}`)
  return Number(text)
}

function scale(text: string): Scale {
  if (text === 'tiny' || text === 'demo' || text === 'headline') return text
  return wholeNumber(text)
}

function date(text: string): Date {
  const value = new Date(text)
  if (Number.isNaN(value.getTime())) throw new InvalidArgumentError(`expected an ISO 8601 time, got ${text}`)
  return value
}
