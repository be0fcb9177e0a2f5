import { createServer } from 'node:net'

/** `wanted` if nothing listens there, else any free port. */
export async function freePort(wanted = 0): Promise<number> {
  return await new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (wanted !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) done(freePort())
      else fail(error)
    })
    probe.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : wanted))
    })
  })
}
