import { dataStreams, type Subject } from '../../extract/streams.ts'
import { createZoomClient } from '../../extract/zoom/client.ts'
import type { Endpoint } from '../../extract/zoom/endpoint.ts'
import { endpointsOf } from '../../extract/zoom/endpoints/catalogue.ts'
import type { Account } from '../../simulator/model.ts'
import { startSimulator } from '../../simulator/server.ts'

export interface ValidBody {
  endpoint: Endpoint
  subject: Subject
  body: unknown
}

const itemsMax = 8

/** One body of every endpoint, with a few rows, as the simulator answers it. */
export async function validBodies(account: Account): Promise<ValidBody[]> {
  const simulator = await startSimulator({ account, rateLimits: false, pageSizeMax: itemsMax })
  const client = createZoomClient({ ...simulator, plan: 'unlimited' })
  try {
    const bodies: ValidBody[] = []
    for (const endpoint of dataStreams.flatMap((stream) => endpointsOf(stream))) {
      bodies.push(await fullest(endpoint, account, client.get))
    }
    return bodies
  } finally {
    await client.close()
    await simulator.close()
  }
}

/** The answer with the most rows among those about a few webinars; the account has what each endpoint needs. */
async function fullest(
  endpoint: Endpoint,
  account: Account,
  get: ReturnType<typeof createZoomClient>['get'],
): Promise<ValidBody> {
  let best: (ValidBody & { rows: number }) | undefined
  for (const subject of subjectsOf(account)) {
    const { path, query } = requestOf(endpoint, subject)
    if (path === '') continue
    const answer = await get(endpoint.label, path, query).catch(() => null)
    if (answer === null) continue
    const page = endpoint.parse(answer.body)
    if (page.rejects.length > 0)
      throw new Error(`${endpoint.stream} from ${endpoint.source}: a valid body has rejects`)
    if (best === undefined || page.rows.length > best.rows)
      best = { endpoint, subject, body: answer.body, rows: page.rows.length }
  }
  if (best === undefined || best.rows === 0)
    throw new Error(`the account has nothing for ${endpoint.stream} from ${endpoint.source}`)
  return { endpoint, subject: best.subject, body: shortened(best.body) }
}

/** Lists without pages may be long; a few items vary as well as many. */
function shortened(body: unknown): unknown {
  return Object.fromEntries(
    Object.entries(body as Record<string, unknown>).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.slice(0, itemsMax) : value,
    ]),
  )
}

function requestOf(endpoint: Endpoint, subject: Subject): ReturnType<Endpoint['request']> {
  try {
    return endpoint.request(subject)
  } catch {
    // Not about such a subject.
    return { path: '', query: {} }
  }
}

function subjectsOf(account: Account): Subject[] {
  const instances = account.instances.filter((instance) => instance.isAvailable).slice(-12)
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
  return [
    ...instances.map((instance) => ({
      key: `instance:${instance.uuid}`,
      webinarId: instance.webinar.id,
      instanceUuid: instance.uuid,
      instanceStart: new Date(instance.start * 1000).toISOString(),
      instanceEnd: new Date(instance.end * 1000).toISOString(),
      userId: instance.webinar.host.id,
      from: `${day(instance.start).slice(0, 8)}01`,
      to: `${day(instance.start).slice(0, 8)}28`,
    })),
  ]
}
