import { embeddedStatus, startEmbedded, stopEmbedded } from '../../load/embedded.ts'
import { addressOf, addressUrl, type BiTool, biTools, connectionFor } from '../biTools.ts'
import { CliError } from '../cliError.ts'
import type { Config } from '../config.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'
import { plain } from '../terminal/output.ts'

/** `rollcall warehouse start`: the embedded Postgres, running until it is stopped. */
export async function warehouseStart(options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    refuseForeign(config)
    const server = await startEmbedded({ dataDir: config.dataDir })
    output.done(server.alreadyRunning ? 'The warehouse was running already:' : 'The warehouse runs at')
    output.print(server.url)
    output.json({ url: server.url, alreadyRunning: server.alreadyRunning })
  })
}

/** `rollcall warehouse stop`. */
export async function warehouseStop(options: GlobalOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    refuseForeign(config)
    const { state } = await embeddedStatus({ dataDir: config.dataDir })
    const wasRunning = state === 'running' || state === 'starting'
    await stopEmbedded({ dataDir: config.dataDir })
    output.done(wasRunning ? 'The warehouse has stopped.' : 'The warehouse was not running.')
    output.json({ wasRunning })
  })
}

export interface UrlOptions extends GlobalOptions {
  for?: BiTool
  role?: string
}

/** `rollcall warehouse url`: its address, as a URL or in the words of a tool's form. Starts nothing. */
export async function warehouseUrl(options: UrlOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    // A password of the user's own configuration is not repeated on a screen; the embedded one has no other place.
    const own = addressOf(config.databaseUrl ?? (await embeddedUrl(config)), config.databaseUrl === undefined)
    const address = options.role === undefined ? own : { ...own, user: options.role, password: null }
    const tools = options.for === undefined ? biTools : [options.for]
    const connections = tools.map((tool) => connectionFor(tool, address))
    output.json({ url: addressUrl(address), connections })
    if (options.for === undefined) {
      output.print(addressUrl(address))
    } else {
      for (const { where, fields } of connections) {
        output.print(`In ${where}:`)
        const width = Math.max(...Object.keys(fields).map((name) => name.length))
        for (const [name, value] of Object.entries(fields)) {
          output.print(`  ${name.padEnd(width)}  ${plain(value)}`)
        }
      }
    }
    if (options.role === undefined) {
      output.done(
        'This user may change the warehouse. For a BI tool make one that only reads: rollcall warehouse grant ROLE',
      )
    }
  })
}

/** @throws {CliError} where the commands of the embedded server have nothing to do. */
function refuseForeign(config: Config): void {
  if (config.databaseUrl === undefined) return
  throw new CliError(
    'DATABASE_URL is set, so the embedded Postgres is not used. Unset it to use this command.',
  )
}

async function embeddedUrl(config: Config): Promise<string> {
  const status = await embeddedStatus({ dataDir: config.dataDir })
  if (status.state === 'running') return status.url
  throw new CliError(
    status.state === 'absent'
      ? `There is no warehouse in ${config.dataDir} yet. Run rollcall sync, or npm run demo.`
      : `The warehouse in ${config.dataDir} is ${status.state}. Run rollcall warehouse start.`,
  )
}
