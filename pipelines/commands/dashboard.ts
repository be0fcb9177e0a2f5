import { spawn } from 'node:child_process'
import path from 'node:path'
import { buildPage, isPageBuilt } from '../../dashboard/buildPage.ts'
import { exportDashboard, NotAnExportError } from '../../dashboard/export.ts'
import { type PageFiles, readPageFiles } from '../../dashboard/pageFiles.ts'
import { serve } from '../../dashboard/serve.ts'
import { isPublished, openReader, type Reader } from '../../dashboard/warehouse.ts'
import { embeddedStatus } from '../../load/embedded.ts'
import { CliError, UsageError } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading, type Session } from '../session.ts'
import { withWarehouse } from '../stages.ts'
import { count, counted } from '../terminal/format.ts'

export interface DashboardOptions extends GlobalOptions {
  port?: number
  out?: string
  open?: boolean
}

/** `rollcall dashboard`: the page over the warehouse, served on loopback until stopped, or written as static files. */
export async function dashboard(options: DashboardOptions): Promise<void> {
  if (options.out !== undefined && (options.port !== undefined || options.open)) {
    throw new UsageError('--out writes files and ends; --port and --open belong to a page that is served.')
  }
  await reading(options, async (session) => {
    const page = await pageFiles(session)
    await refuseNothing(session)
    await withWarehouse(session, async (url) => {
      const reader = await openReader(url)
      try {
        if (!(await isPublished(reader))) throw nothingYet(session)
        if (options.out !== undefined) await writeFiles(session, reader, page, path.resolve(options.out))
        else await servePage(session, reader, page, options)
      } finally {
        await reader.close()
      }
    })
  })
}

async function pageFiles({ output }: Session): Promise<PageFiles> {
  if (!isPageBuilt()) {
    output.progress('dashboard  building the page')
    if (!(await buildPage())) {
      throw new CliError(
        'The dashboard page has not been built, and vite, which builds it, is not installed. Run npm ci (with development dependencies).',
      )
    }
  }
  return await readPageFiles()
}

/** Starting the embedded Postgres would make an empty one. */
async function refuseNothing(session: Session): Promise<void> {
  const { config } = session
  if (config.databaseUrl !== undefined) return
  const { state } = await embeddedStatus({ dataDir: config.dataDir })
  if (state === 'absent') throw nothingYet(session)
}

const nothingYet = ({ config }: Session): CliError =>
  new CliError(
    `There is nothing in the warehouse${config.databaseUrl === undefined ? ` of ${config.dataDir}` : ''} yet. ` +
      'Run rollcall sync; or npm run demo, then rollcall dashboard --data-dir data/demo.',
  )

async function writeFiles(session: Session, reader: Reader, page: PageFiles, folder: string): Promise<void> {
  const { output } = session
  try {
    const summary = await exportDashboard(reader, page, folder, {
      onInstance: (done, of) => {
        session.signal.throwIfAborted()
        output.progress(`dashboard  ${count(done)} of ${count(of)} instances written`)
      },
    })
    output.done(
      `dashboard  ${count(summary.files)} files, ${count(summary.bytes)} bytes, in ${folder}: aggregates of ` +
        `${counted(summary.webinars, 'webinar')} and ${counted(summary.instances, 'instance')}, nobody's name or e-mail`,
    )
    output.json({ folder, ...summary })
  } catch (error) {
    if (error instanceof NotAnExportError) throw new UsageError(error.message)
    throw error
  }
}

async function servePage(
  { output, signal }: Session,
  reader: Reader,
  page: PageFiles,
  { port = 0, open = false }: DashboardOptions,
): Promise<void> {
  const served = await serve(
    { reader, page, port },
    {
      onFailure: (asked, error) =>
        output.warn(`dashboard  ${asked} failed: ${error instanceof Error ? error.message : String(error)}`),
    },
  ).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' || error.code === 'EACCES'
      ? new CliError(
          `Port ${port} cannot be used (${error.code === 'EACCES' ? 'not permitted' : 'taken'}). Name another with --port, or leave it out.`,
          { cause: error },
        )
      : error
  })
  try {
    output.done('The dashboard is at (Ctrl-C ends it)')
    output.print(served.url)
    output.json({ url: served.url })
    if (open)
      openBrowser(served.url, () => output.warn('No browser could be opened; open the address by hand.'))
    await untilAborted(signal)
  } finally {
    await served.close()
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
}

function openBrowser(url: string, onFailure: () => void): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.once('error', onFailure)
  child.unref()
}
