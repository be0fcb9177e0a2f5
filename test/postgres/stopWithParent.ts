import { rm } from 'node:fs/promises'
import { stopEmbedded } from '../../load/embedded.ts'

/*
 * `node test/postgres/stopWithParent.ts DATA_DIR`: waits until standard input ends, which it does whatever the process at
 * its other end dies of, then stops the server of the folder and removes the folder.
 */

const [dataDir = ''] = process.argv.slice(2)
// A Ctrl-C goes to the whole group; whoever started us ends by it, and we after that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.stdin.resume()
process.stdin.on('end', async () => {
  await stopEmbedded({ dataDir })
  await rm(dataDir, { recursive: true, force: true })
})
