import { embeddedStatus, startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { CliError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading, type Session } from '../session.ts'

/** `rollcall warehouse start|stop|url`: the embedded Postgres, so that BI tools can connect. */
export async function warehouse(action: 'start' | 'stop' | 'url', options: GlobalOptions): Promise<void> {
  await reading(options, async (session) => {
    if (session.config.databaseUrl !== undefined) {
      throw new CliError(
        'DATABASE_URL is set, so the embedded Postgres is not used. Unset it to use this command.',
      )
    }
    await actions[action](session)
  })
}

const actions = {
  async start({ config, output }: Session) {
    const server = await startEmbedded({ dataDir: config.dataDir })
    output.done(server.alreadyRunning ? 'The warehouse was running already:' : 'The warehouse runs at')
    output.print(server.url)
    output.json({ url: server.url, alreadyRunning: server.alreadyRunning })
  },
  async stop({ config, output }: Session) {
    const { state } = await embeddedStatus({ dataDir: config.dataDir })
    const wasRunning = state === 'running' || state === 'starting'
    await stopEmbedded({ dataDir: config.dataDir })
    output.done(wasRunning ? 'The warehouse has stopped.' : 'The warehouse was not running.')
    output.json({ wasRunning })
  },
  async url({ config, output }: Session) {
    const status = await embeddedStatus({ dataDir: config.dataDir })
    if (status.state !== 'running') {
      throw new CliError(
        status.state === 'absent'
          ? `There is no warehouse in ${config.dataDir} yet. Run rollcall sync, or npm run demo.`
          : `The warehouse in ${config.dataDir} is ${status.state}. Run rollcall warehouse start.`,
      )
    }
    output.print(status.url)
    output.json({ url: status.url })
  },
}
