import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { compress } from 'hono/compress'
import { isTransient } from '../load/errors.ts'
import type { PageFiles } from './pageFiles.ts'
import { ParameterError, readFilter, readId, readPage } from './parameters.ts'
import { accountAnswer } from './queries/account.ts'
import { accountPeopleAnswer } from './queries/accountPeople.ts'
import { instanceAnswer } from './queries/instance.ts'
import { noShowsAnswer, participantsAnswer } from './queries/participants.ts'
import { findPeople } from './queries/people.ts'
import { personAnswer } from './queries/person.ts'
import { webinarAnswer } from './queries/webinar.ts'
import { remembered } from './remembered.ts'
import type { Reader, Snapshot } from './warehouse.ts'

export interface AppEffects {
  /** A request that failed for a reason of ours; the browser only learns that it did. */
  onFailure: (path: string, error: unknown) => void
}

/**
 * The page and the answers it asks for. Only reads, only for this machine: a request that names another host (as one
 * does after DNS rebinding) or that another site's page made is refused, and no answer may be read across origins.
 */
export function createApp(reader: Reader, page: PageFiles, effects: AppEffects): Hono {
  const app = new Hono()
  app.use(onlyFromHere, withHeaders, compress())
  app.onError((error, context) => failure(context, error, effects))
  app.notFound((context) => context.json({ error: 'There is nothing of this name.' }, 404))

  const answer = <T>(path: string, work: (snapshot: Snapshot, context: Context) => Promise<T | undefined>) =>
    app.get(path, async (context) => {
      const found = await reader.read((snapshot) => work(snapshot, context))
      if (found === undefined) return context.json({ error: 'The warehouse has nothing of this id.' }, 404)
      return context.json(found as object)
    })
  const account = remembered(accountAnswer)
  const accountPeople = remembered(accountPeopleAnswer)
  const id = (context: Context) => readId(context.req.param('id') ?? '')

  answer('/api/account', (snapshot, context) => account(snapshot, readFilter(context.req.query())))
  answer('/api/account/people', (snapshot, context) =>
    accountPeople(snapshot, readFilter(context.req.query())),
  )
  answer('/api/webinars/:id', (snapshot, context) => webinarAnswer(snapshot, id(context)))
  answer('/api/instances/:id', (snapshot, context) => instanceAnswer(snapshot, id(context)))
  answer('/api/instances/:id/participants', (snapshot, context) => {
    const { order, ...asked } = readPage(context.req.query())
    return participantsAnswer(snapshot, id(context), asked, order)
  })
  answer('/api/instances/:id/no-shows', (snapshot, context) =>
    noShowsAnswer(snapshot, id(context), readPage(context.req.query())),
  )
  answer('/api/people', (snapshot, context) => findPeople(snapshot, readPage(context.req.query()).search))
  answer('/api/people/:id', (snapshot, context) => personAnswer(snapshot, id(context)))

  app.get('*', async (context, next) => {
    const file = page.get(context.req.path === '/' ? '/index.html' : context.req.path)
    if (file === undefined) return await next()
    context.header('Content-Type', file.type)
    // Names of assets carry a hash of their content; the page itself is asked for anew.
    context.header(
      'Cache-Control',
      context.req.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    )
    return context.body(file.body)
  })
  return app
}

const hostsHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

const onlyFromHere: MiddlewareHandler = async (context, next) => {
  if (!hostsHere.test(context.req.header('Host') ?? '')) {
    return context.text('This dashboard answers to localhost and 127.0.0.1 only.', 403)
  }
  const site = context.req.header('Sec-Fetch-Site')
  const isNavigation = context.req.header('Sec-Fetch-Mode') === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    return context.text('This dashboard answers to its own page only.', 403)
  }
  if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
    return context.text('This dashboard can only be read.', 405)
  }
  return await next()
}

/** Charts set styles on what they draw, hence inline styles; scripts come from this server's files alone. */
export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'"

const withHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  const headers = {
    'Content-Security-Policy': `${contentPolicy}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  }
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
  if (!context.res.headers.has('Cache-Control')) context.res.headers.set('Cache-Control', 'no-store')
}

function failure(context: Context, error: unknown, { onFailure }: AppEffects): Response {
  if (error instanceof ParameterError) return context.json({ error: error.message }, 400)
  onFailure(context.req.path, error)
  if (isTransient(error)) {
    return context.json({ error: 'The warehouse does not answer at the moment. Try again shortly.' }, 503)
  }
  return context.json(
    { error: 'The warehouse could not answer; the terminal that runs the dashboard says why.' },
    500,
  )
}
