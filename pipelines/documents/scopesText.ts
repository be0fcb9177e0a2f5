import { dataStreams } from '../../extract/streams.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import { missingScopes } from '../doctor/scopes.ts'

/** The command that writes the file; also named in it. */
const command = 'npm run docs:reference'

/** Every scope rollcall can use, and what is lost where only that one is missing, as Markdown. */
export function scopesText(): string {
  const endpoints = dataStreams.flatMap((stream) => endpointsOf(stream))
  const scopes = [...new Set(endpoints.map((endpoint) => endpoint.scopes[0] as string))]
  const rows = scopes.map((scope) => {
    const [missing] = missingScopes(scopes.filter((other) => other !== scope))
    const classic = endpoints
      .filter((endpoint) => endpoint.scopes[0] === scope)
      .flatMap((endpoint) => endpoint.scopes)
      .find((one) => /^(report|webinar|user|dashboard):read:admin$/.test(one))
    const weight = missing?.isOnlySource ? 'needed' : 'has a fallback'
    return `| \`${scope}\` | \`${classic}\` | ${weight} | ${missing?.lost} |`
  })
  return [
    `<!-- Written by ${command} from the list of endpoints in extract/zoom/endpoints/. Do not edit. -->`,
    '# Scopes',
    `${scopes.length} scopes, and every one only reads. _needed_: nothing else gives the same. _has a fallback_: ` +
      'rollcall goes on with another source. A classic scope opens the same endpoint; `:master` in place of ' +
      '`:admin` does too. `rollcall doctor` compares this list with what your token has. How to add them: ' +
      '[setting up the Zoom app](zoom-app.md).',
    ['| scope | classic scope | | without it you lose |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    '',
  ].join('\n\n')
}
