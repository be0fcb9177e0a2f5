import type { Subject } from '../streams.ts'
import type { ZoomClient } from './client.ts'
import type { Endpoint, Page } from './endpoint.ts'
import { ZoomError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { redactPage } from './redact.ts'

export interface PageOptions {
  /** Continues a listing: the token of the last page that is durable. */
  startToken?: string
  /** Number of the first page that is asked for; 1, or one more than the last durable page. */
  startPage?: number
  /** Pages of the whole listing that are read at most, as a guard against a listing without an end. */
  pageLimit: number
}

export interface FetchedPage {
  /** From 1 within the listing. */
  pageNumber: number
  page: Page
  /** Size of Zoom's answer. */
  bytes: number
  /** The answer's JSON, or its bytes, without secrets and join links; `parsePage` reads it back to the same page. */
  text: string | Buffer
  /** Epoch ms. */
  fetchedAt: number
}

/**
 * The pages of a listing, first to last. The next page is requested only when the consumer asks for it, so that the
 * one before can be made durable first.
 *
 * Ends on a page without a token, however many rows it has: short pages are no sign of the end. A page whose body was
 * refused is yielded, and is the last.
 *
 * @throws ZoomError as `ZoomClient.get`, among them `page_token_expired`; `listing_loops` when a token comes back (after
 * both the listing may be read again from its start); `malformed` when the page limit is passed.
 */
export async function* readPages(
  client: Pick<ZoomClient, 'get'>,
  endpoint: Endpoint,
  subject: Subject,
  options: PageOptions,
): AsyncGenerator<FetchedPage, void, void> {
  const { path, query } = endpoint.request(subject)
  const seen = new Set<string>(options.startToken ? [options.startToken] : [])
  let token = options.startToken ?? null

  for (let pageNumber = options.startPage ?? 1; ; pageNumber++) {
    if (pageNumber > options.pageLimit) {
      throw endless(
        'malformed',
        endpoint,
        subject,
        path,
        pageNumber,
        `it has more than ${options.pageLimit} pages`,
      )
    }
    // Zoom wants the same query with every token.
    const asked = token === null ? query : { ...query, next_page_token: token }
    const answer = await client.get(endpoint.label, path, asked, pageNumber, endpoint.scan)
    const { page, text } = keptOf(endpoint, answer)
    const next = page.nextPageToken
    if (next !== null && seen.has(next)) {
      throw endless('listing_loops', endpoint, subject, path, pageNumber, 'a page token came a second time')
    }
    yield { pageNumber, page, bytes: answer.bytes, text, fetchedAt: answer.receivedAtMs }
    if (next === null) return
    seen.add(next)
    token = next
  }
}

function keptOf(endpoint: Endpoint, answer: Answer): { page: Page; text: string | Buffer } {
  if (answer.scanned !== undefined) return { page: answer.scanned.page, text: answer.scanned.bytes }
  const { value, text } = redactPage(answer.body, answer.text)
  return { page: endpoint.parse(value), text }
}

function endless(
  meaning: 'malformed' | 'listing_loops',
  endpoint: Endpoint,
  subject: Subject,
  path: string,
  page: number,
  why: string,
): ZoomError {
  return new ZoomError({
    meaning,
    kind: 'terminal',
    path,
    page,
    remedy: `The listing of ${endpoint.stream} from ${endpoint.source} for ${subject.key} does not end: ${why}. Run the command again; if it repeats, report it to Zoom.`,
  })
}
