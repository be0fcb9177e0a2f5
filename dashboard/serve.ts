import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type AppEffects, createApp } from './app.ts'
import type { PageFiles } from './pageFiles.ts'
import type { Reader } from './warehouse.ts'

export interface ServeOptions {
  reader: Reader
  page: PageFiles
  /** 0 takes a free one. */
  port: number
}

export interface Served {
  url: string
  close(): Promise<void>
}

/** What the first view asks for: worked out before somebody opens it. */
const firstView = ['/api/account', '/api/account/people']

/** Serves the dashboard on loopback, where only this machine reaches it. @throws with code EADDRINUSE, EACCES */
export async function serve({ reader, page, port }: ServeOptions, effects: AppEffects): Promise<Served> {
  const app = createApp(reader, page, effects)
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  const headers = { Host: `localhost:${taken}` }
  const warmed = Promise.all(firstView.map((path) => app.request(path, { headers })))
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        // Browsers keep connections open that nothing more will come over.
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      await warmed
    },
  }
}
