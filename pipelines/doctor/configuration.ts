import { hints, mistakesIn } from '../config.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** The variables a sync cannot do without. */
const required = ['ZOOM_ACCOUNT_ID', 'ZOOM_CLIENT_ID', 'ZOOM_CLIENT_SECRET'] as const

/** Whether every variable is of the right form, and none is misspelt or sends secrets in clear. */
export function checkConfiguration(environment: NodeJS.ProcessEnv): Finding {
  const mistakes = mistakesIn(environment)
  if (mistakes.length > 0) {
    return problem('configuration', `${mistakes.map(({ name }) => name).join(', ')} cannot be used`, {
      cost: 'every other command refuses to start; the checks below leave these values out',
      remedy: 'Correct them in .env or the environment.',
      details: mistakes.map(({ message }) => message),
    })
  }
  const set = Object.keys(hints).filter((name) => environment[name])
  const doubts = [...misspelt(environment), ...inClear(environment)]
  const found = set.length === 0 ? 'no variable is set' : `set: ${set.join(', ')}`
  if (doubts.length === 0) return ok('configuration', found)
  return warning('configuration', found, {
    cost: 'a value may not be used as meant',
    remedy: 'Look at the lines above.',
    details: doubts,
  })
}

/** Variables with our prefixes that nothing reads, while one that is needed is not there. */
function misspelt(environment: NodeJS.ProcessEnv): string[] {
  const missing = required.filter((name) => !environment[name])
  if (missing.length === 0) return []
  return Object.keys(environment)
    .filter((name) => /^(ZOOM|ROLLCALL)_/.test(name) && !(name in hints))
    .sort()
    .map((name) => `${name} is not read by rollcall, and ${missing.join(', ')} not set: is it misspelt?`)
}

function inClear(environment: NodeJS.ProcessEnv): string[] {
  return ['ZOOM_API_URL', 'ZOOM_OAUTH_URL'].flatMap((name) => {
    const value = environment[name]
    if (!value || !URL.canParse(value)) return []
    const { protocol, hostname } = new URL(value)
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    return protocol === 'http:' && !isLocal
      ? [`${name} begins with http:, so the credentials travel readable: use https:`]
      : []
  })
}
