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

/** Serves the dashboard on loopback, where only this machine reaches it. @throws with code EADDRINUSE, EACCES */
export async function serve({ reader, page, port }: ServeOptions, effects: AppEffects): Promise<Served> {
  const server = createAdaptorServer({ fetch: createApp(reader, page, effects).fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Browsers keep connections open that nothing more will come over.
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
