/** What a failure means to whoever asked. Decided once, where the answer is read (`meanings.ts`); callers branch on it. */
export type Meaning =
  | 'bad_credentials'
  | 'missing_scope'
  | 'missing_plan'
  | 'no_permission'
  | 'not_found'
  | 'not_ended'
  | 'no_registration'
  | 'expired'
  | 'page_token_expired'
  | 'listing_loops'
  | 'token_expired'
  | 'rate_limited'
  | 'daily_limit'
  | 'daily_ceiling'
  | 'server'
  | 'network'
  | 'timeout'
  | 'malformed'
  | 'wrong_kind'
  | 'unknown'

/** `transient`: asking again may help. `terminal`: the same request will fail the same way. */
export type FailureKind = 'terminal' | 'transient'

export interface ZoomFailure {
  meaning: Meaning
  kind: FailureKind
  /** What to do next, one or two sentences. */
  remedy: string
  /** Null where no answer came. */
  httpStatus?: number | null
  /** Zoom's own error code, null where the body had none. */
  code?: number | null
  /** Zoom's text, cleaned by `cleanText`; null where there was none. */
  zoomMessage?: string | null
  method?: string
  /** Path below the API base, without the query: queries hold page tokens. */
  path?: string
  /** Page of a listing, from 1. */
  page?: number | null
  /** For `missing_scope`: any of these opens the endpoint. */
  scopes?: readonly string[]
  /** For `daily_limit` and `daily_ceiling`: when asking again makes sense. */
  resumeAt?: Date | null
  /** Where Zoom said how long to wait: epoch ms. */
  retryAtMs?: number | null
  /** How often the request was tried before giving up. */
  attempts?: number
  /** An answer that was no JSON, by `cleanBody`, so that it can be kept; never part of the message. */
  body?: string | null
}

/**
 * Any failure of talking to Zoom. Holds nothing secret: no header, no query, no token, and Zoom's text only after
 * cleaning. An aborted wait is not a `ZoomError`: the abort signal's own reason is thrown.
 */
export class ZoomError extends Error {
  override readonly name = 'ZoomError'
  readonly kind: FailureKind
  readonly meaning: Meaning
  readonly remedy: string
  readonly httpStatus: number | null
  readonly code: number | null
  readonly zoomMessage: string | null
  readonly method: string
  readonly path: string
  readonly page: number | null
  readonly scopes: readonly string[]
  readonly resumeAt: Date | null
  readonly retryAtMs: number | null
  readonly attempts: number
  readonly body: string | null

  constructor(failure: ZoomFailure) {
    super(sentenceOf(failure))
    this.kind = failure.kind
    this.meaning = failure.meaning
    this.remedy = failure.remedy
    this.httpStatus = failure.httpStatus ?? null
    this.code = failure.code ?? null
    this.zoomMessage = failure.zoomMessage ?? null
    this.method = failure.method ?? 'GET'
    this.path = failure.path ?? ''
    this.page = failure.page ?? null
    this.scopes = failure.scopes ?? []
    this.resumeAt = failure.resumeAt ?? null
    this.retryAtMs = failure.retryAtMs ?? null
    this.attempts = failure.attempts ?? 1
    this.body = failure.body ?? null
  }

  /** The same failure with more said about where it happened. */
  with(more: Partial<ZoomFailure>): ZoomError {
    return new ZoomError({ ...this, ...more })
  }
}

function sentenceOf(failure: ZoomFailure): string {
  const where = `${failure.method ?? 'GET'} ${failure.path || '(no path)'}`
  const page = failure.page ? `, page ${failure.page}` : ''
  const attempts = (failure.attempts ?? 1) > 1 ? ` after ${failure.attempts} attempts` : ''
  const status = failure.httpStatus ? `HTTP ${failure.httpStatus}` : null
  const code = failure.code == null ? null : `code ${failure.code}`
  const answer = [status, code].filter((part) => part !== null).join(', ')
  const text = failure.zoomMessage ? `: "${failure.zoomMessage}"` : ''
  return `${where}${page} failed${attempts}: ${failure.meaning}${answer ? ` (${answer})` : ''}${text}. ${failure.remedy}`
}

const messageLength_max = 400

/** More than any page of Zoom's; what lies beyond it in a refused answer is cut, so that keeping it cannot fill a disk. */
const bodyLength_max = 1024 * 1024

/**
 * Text from outside made fit for a message: control characters and anything that looks like a bearer token or a
 * personal join link are blanked, the given secrets too (a proxy may echo a header back), and the length is bounded.
 */
export function cleanText(text: string, secrets: readonly string[]): string {
  const clean = blankSecrets(text.slice(0, 20 * messageLength_max), secrets)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  return clean.length > messageLength_max ? `${clean.slice(0, messageLength_max)}…` : clean
}

/** A refused answer made fit for keeping: as it came, less secrets and join links, of bounded length. */
export function cleanBody(text: string, secrets: readonly string[]): string {
  return blankSecrets(text.slice(0, bodyLength_max), secrets)
}

/** Text without these, in the forms in which the other side may repeat them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    // Anything shorter is no secret of Zoom's, and blanking it would shred the text.
    if (secret.length < 6) continue
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, '[removed]')
  }
  return clean
}

/** Whether `withoutSecrets` would find one of them. */
export function holdsSecret(bytes: Buffer, secrets: readonly string[]): boolean {
  return secrets.some((secret) => secret.length >= 6 && formsOf(secret).some((form) => bytes.includes(form)))
}

/** Forms in which a secret may come back. */
function formsOf(secret: string): string[] {
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      // Some JSON writers escape slashes.
      secret.replaceAll('/', '\\/'),
    ]),
  ]
}

const linkParameter = /[?&](?:tk|pwd|zak|zpk)(?:=|%3d)/i

function blankSecrets(text: string, secrets: readonly string[]): string {
  return withoutSecrets(text, secrets)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [removed]')
    .replace(/\beyJ[\w-]+\.[\w.-]+/g, '[removed]')
    .replace(/[^\s"'<>]+/g, (word) => (linkParameter.test(word) ? '[link removed]' : word))
    .replace(/([?&]next_page_token(?:=|%3d))[^\s&"']+/gi, '$1[removed]')
    .replace(/("(?:join_url|start_url|registration_url|password|passcode)"\s*:\s*")[^"]*/gi, '$1[removed]')
}
