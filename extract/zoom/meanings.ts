import type { FailureKind, Meaning } from './errors.ts'

/** What is known of a failed answer: its status, and Zoom's code and text where the body has them. */
export interface FailedAnswer {
  status: number
  /** False for a proxy's HTML, an empty or a cut-off body. */
  isJson: boolean
  code: number | null
  message: string | null
}

interface Rule {
  status?: number | readonly [number, number]
  code?: number | readonly number[]
  message?: RegExp
  /** Only for bodies that are not JSON. */
  isForeign?: true
  meaning: Meaning
  kind: FailureKind
  remedy: string
}

const remedies = {
  plan: 'The account or this host lacks the plan this needs; rollcall falls back to another source where there is one.',
  permission:
    "The role of the app's owner may not read this: give it the permission in Zoom's role management.",
  notFound: 'Check that the id exists in this account; rollcall does not take this for "nobody came".',
  token: 'Run the command again; if it repeats, check that the app is active in the Zoom Marketplace.',
  later: 'Run the command again later; rollcall continues where it stopped.',
} as const

/**
 * From an answer to its meaning; the first rule that fits wins. Zoom reuses codes and statuses (200, 300 and 3001 have
 * many texts), so the narrow rules stand first. Texts are Zoom's, from the API specification of March 2026 unless said.
 */
const rules: readonly Rule[] = [
  // "Access token is expired." / "Invalid access token." with 401 in practice and 400 in the specification of /users.
  { code: 124, meaning: 'token_expired', kind: 'transient', remedy: remedies.token },
  // 4711 "Invalid access token, does not contain scopes:[…]": 400 (forum 101088, 108207), 403 elsewhere; 104 for calendars.
  {
    message: /does not contain scopes?/i,
    meaning: 'missing_scope',
    kind: 'terminal',
    remedy:
      'Add the scope to the Server-to-Server app in the Zoom Marketplace; only newly issued tokens have it.',
  },
  // OAuth table: 4700 token empty, 4741 "The token has been revoked": a newer token replaced it.
  { code: [4700, 4741], meaning: 'token_expired', kind: 'transient', remedy: remedies.token },
  {
    code: 4711,
    meaning: 'missing_scope',
    kind: 'terminal',
    remedy: 'Compare the scopes of the Zoom app with those rollcall needs (`rollcall doctor`).',
  },
  // "…maximum daily rate limit…", "…exceeded the daily rate limit (100)…" (forum 18928).
  { status: 429, message: /daily/i, meaning: 'daily_limit', kind: 'terminal', remedy: remedies.later },
  { code: 429, message: /daily/i, meaning: 'daily_limit', kind: 'terminal', remedy: remedies.later },
  { status: 429, meaning: 'rate_limited', kind: 'transient', remedy: remedies.later },
  { code: 429, meaning: 'rate_limited', kind: 'transient', remedy: remedies.later },
  // 300 "The next page token is invalid or expired.": 15 minutes.
  {
    code: 300,
    message: /next page token/i,
    meaning: 'page_token_expired',
    kind: 'terminal',
    remedy: 'Page tokens live for 15 minutes: the listing has to be read again from its first page.',
  },
  // 12702 "Can not access a webinar a year ago."; history_meetings answers 300 with "six months".
  {
    code: 12702,
    meaning: 'expired',
    kind: 'terminal',
    remedy: "Zoom's API no longer has it; the portal's CSV report may (15 months): `rollcall import`.",
  },
  {
    message: /a year ago|(six|6) months/i,
    meaning: 'expired',
    kind: 'terminal',
    remedy: "Zoom's API no longer has it; the portal's CSV report may (15 months): `rollcall import`.",
  },
  // "Only available for Paid or ZMP account", "Missing webinar subscription plan.", "Webinar plan is missing.",
  // "…not subscribed to a webinar plan", "…ZMP and Business or higher accounts that have enabled the Dashboard feature."
  {
    message:
      /\bpaid\b|\bZMP\b|webinar (subscription )?plan|subscription plan|business or higher|dashboard feature/i,
    meaning: 'missing_plan',
    kind: 'terminal',
    remedy: remedies.plan,
  },
  // 3161 "Meeting hosting and scheduling capabilities are not allowed for your user account.": an unlicensed host.
  { code: 3161, meaning: 'missing_plan', kind: 'terminal', remedy: remedies.plan },
  // 3000 "This webinar doesn't have registration required" / "Cannot access webinar info." on registration routes.
  {
    code: 3000,
    meaning: 'no_registration',
    kind: 'terminal',
    remedy: 'The webinar has no registration; there is nothing to read here.',
  },
  // 3001 "Webinar ID is invalid or not end." (polls, Q&A).
  {
    code: [3001, 300],
    message: /not end/i,
    meaning: 'not_ended',
    kind: 'terminal',
    remedy: 'The webinar has not ended or its report is not built yet; it is read again by a later sync.',
  },
  // 300 "Can not access webinar info, {id}" from a meeting endpoint, "Can not access meeting info, {id}" the other way round.
  {
    code: [300, 3001],
    message: /can\s?not access (a )?(meeting|webinar) info(?!rmation)/i,
    meaning: 'wrong_kind',
    kind: 'terminal',
    remedy: 'The id is of the other kind (meeting or webinar).',
  },
  // 3001 "Webinar does not exist", "… not found or has expired", "…detail information is not available or the ID is not valid."
  { code: [3001, 1001], meaning: 'not_found', kind: 'terminal', remedy: remedies.notFound },
  // 300 "Invalid webinar ID.", "Invalid meeting id.", "…invalid occurrence ID".
  {
    code: 300,
    message: /invalid (webinar|meeting|occurrence) id/i,
    meaning: 'not_found',
    kind: 'terminal',
    remedy: remedies.notFound,
  },
  // 200 "No permission.", "You do not have the right permissions.", also with HTTP 200; 1010 "User does not belong to
  // this account"; 12703 "No permission for the group"; 300 "Cannot access meeting information."
  { code: [200, 1010, 12703], meaning: 'no_permission', kind: 'terminal', remedy: remedies.permission },
  {
    code: 300,
    message: /can\s?not access (meeting|webinar) information/i,
    meaning: 'no_permission',
    kind: 'terminal',
    remedy: remedies.permission,
  },
  // 2300 "This API endpoint is not recognized."
  {
    code: 2300,
    meaning: 'unknown',
    kind: 'terminal',
    remedy: 'Zoom does not know this path: check ZOOM_API_URL, which has to end in /v2.',
  },
  // A server error that is told with HTTP 200.
  {
    status: [200, 299],
    code: [500, 502, 503, 504],
    meaning: 'server',
    kind: 'transient',
    remedy: remedies.later,
  },
  // Statuses without a known code. 501 is never mended by asking again.
  {
    status: 501,
    meaning: 'server',
    kind: 'terminal',
    remedy: 'The server does not offer this request: check ZOOM_API_URL.',
  },
  { status: [500, 599], meaning: 'server', kind: 'transient', remedy: remedies.later },
  { status: 408, meaning: 'timeout', kind: 'transient', remedy: remedies.later },
  { status: 401, meaning: 'token_expired', kind: 'transient', remedy: remedies.token },
  // A proxy in front of Zoom refuses some uuids with 403 and HTML: that is about one request, not about a permission.
  {
    status: [400, 499],
    isForeign: true,
    meaning: 'malformed',
    kind: 'terminal',
    remedy:
      'The answer is not from the Zoom API but from something in between (a proxy, or a wrong ZOOM_API_URL).',
  },
  {
    status: [300, 399],
    meaning: 'malformed',
    kind: 'terminal',
    remedy: 'Redirects are not followed with credentials: check ZOOM_API_URL.',
  },
  {
    status: [100, 299],
    isForeign: true,
    meaning: 'malformed',
    kind: 'transient',
    remedy: 'The answer was not the JSON that was expected; it may have been cut off. Run the command again.',
  },
  // "Access to the Zoom REST API has been denied for this account. Contact Zoom Support".
  { status: 403, meaning: 'no_permission', kind: 'terminal', remedy: remedies.permission },
  { status: [404, 404], meaning: 'not_found', kind: 'terminal', remedy: remedies.notFound },
]

const unknown: Pick<Rule, 'meaning' | 'kind' | 'remedy'> = {
  meaning: 'unknown',
  kind: 'terminal',
  remedy: 'rollcall does not know this answer; please report its status, code and text.',
}

/** The meaning of a failed answer. Never throws; what no rule knows is `unknown` and terminal. */
export function meaningOf(answer: FailedAnswer): Pick<Rule, 'meaning' | 'kind' | 'remedy'> {
  return rules.find((rule) => fits(rule, answer)) ?? unknown
}

function fits(rule: Rule, answer: FailedAnswer): boolean {
  if (rule.status !== undefined) {
    const [low, high] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status
    if (answer.status < low || answer.status > high) return false
  }
  if (rule.code !== undefined) {
    const codes = typeof rule.code === 'number' ? [rule.code] : rule.code
    if (answer.code === null || !codes.includes(answer.code)) return false
  }
  if (rule.message !== undefined && !rule.message.test(answer.message ?? '')) return false
  return rule.isForeign === undefined || !answer.isJson
}

/** Scopes named by "does not contain scopes:[a, b]". Empty where none is named. */
export function scopesNamedBy(message: string): string[] {
  const list = /scopes?\s*:\s*\[([^\]]*)\]?/i.exec(message)?.[1] ?? ''
  return [...new Set(list.split(/[\s,]+/).filter((scope) => /^[\w:.-]+$/.test(scope)))]
}

/** Code and text of an error body, whatever the HTTP status; null when the body is no error body. */
export function errorIn(body: unknown): { code: number; message: string } | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const { code, message, errors } = body as Record<string, unknown>
  const number = typeof code === 'string' && /^\d{1,9}$/.test(code) ? Number(code) : code
  // A body with rows never carries both; 0 would mean "no error".
  if (typeof number !== 'number' || !Number.isInteger(number) || number === 0) return null
  if (typeof message !== 'string') return null
  const details = Array.isArray(errors)
    ? errors.flatMap((one) =>
        typeof one?.field === 'string' ? [`${one.field}: ${String(one.message)}`] : [],
      )
    : []
  return { code: number, message: [message, ...details].join(' ') }
}
