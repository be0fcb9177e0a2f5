import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { publicAccount, publicAccountPeople, publicInstance, publicWebinar } from './aggregatesOnly.ts'
import type { Filter } from './answers.ts'
import { contentPolicy } from './app.ts'
import type { PageFiles } from './pageFiles.ts'
import { accountAnswer } from './queries/account.ts'
import { accountPeopleAnswer } from './queries/accountPeople.ts'
import { instanceAnswer } from './queries/instance.ts'
import { webinarAnswer } from './queries/webinar.ts'
import type { Reader, Snapshot } from './warehouse.ts'

export interface ExportSummary {
  webinars: number
  instances: number
  files: number
  bytes: number
}

export interface ExportEffects {
  onInstance: (done: number, of: number) => void
}

/** A folder that is not empty and no export of ours. */
export class NotAnExportError extends Error {
  override readonly name = 'NotAnExportError'
}

/** By this file an export is known, and may be replaced by the next. */
const markFile = 'rollcall-export.json'

/**
 * Writes the page with its answers as files, for any web server: aggregates only, see `aggregatesOnly.ts`. All of it
 * is one state of the warehouse. What an earlier export left in the folder is removed.
 * @throws NotAnExportError where the folder holds anything else
 */
export async function exportDashboard(
  reader: Reader,
  page: PageFiles,
  folder: string,
  { onInstance }: ExportEffects,
): Promise<ExportSummary> {
  await clear(folder)
  const summary: ExportSummary = { webinars: 0, instances: 0, files: 0, bytes: 0 }
  const write = async (name: string, body: string | Uint8Array) => {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, body)
    summary.files += 1
    summary.bytes += body.length
  }
  await write(markFile, `${JSON.stringify({ made_by: 'rollcall dashboard --out' })}\n`)
  for (const [name, { body }] of page) {
    await write(name.slice(1), name === '/index.html' ? staticPage(Buffer.from(body).toString('utf8')) : body)
  }
  await reader.read(async (snapshot) => {
    for (const [name, filter] of await periodsOf(snapshot)) {
      const account = publicAccount(await accountAnswer(snapshot, filter))
      await write(`data/account-${name}.json`, JSON.stringify(account))
      const people = publicAccountPeople(await accountPeopleAnswer(snapshot, filter))
      await write(`data/people-${name}.json`, JSON.stringify(people))
    }
    const webinars = await snapshot.selectFrom('zoom_webinars').select('id').orderBy('id').execute()
    for (const { id } of webinars) {
      const answer = await webinarAnswer(snapshot, id)
      if (answer === undefined) continue
      await write(`data/webinars/${id}.json`, JSON.stringify(publicWebinar(answer)))
      summary.webinars += 1
    }
    const instances = await snapshot.selectFrom('zoom_webinar_instances').select('id').orderBy('id').execute()
    for (const { id } of instances) {
      const answer = await instanceAnswer(snapshot, id)
      if (answer === undefined) continue
      await write(`data/instances/${id}.json`, JSON.stringify(publicInstance(answer)))
      summary.instances += 1
      onInstance(summary.instances, instances.length)
    }
  })
  return summary
}

/** All of it and each year: files cannot be asked for any two days. */
async function periodsOf(snapshot: Snapshot): Promise<[name: string, Filter][]> {
  const { span } = await accountAnswer(snapshot, {})
  if (span === null) return [['all', {}]]
  const first = Number(span.from.slice(0, 4))
  const last = Number(span.to.slice(0, 4))
  const years = Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
  return [
    ['all', {}],
    ...years.map((year): [string, Filter] => [year, { from: `${year}-01-01`, to: `${year}-12-31` }]),
  ]
}

/** The page learns that there is no server behind it; the policy, which is a header otherwise, is in it. */
function staticPage(html: string): string {
  return html
    .replace('content="live"', 'content="export"')
    .replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`)
}

async function clear(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (found.length === 0) return
  if (!existsSync(path.join(folder, markFile))) {
    throw new NotAnExportError(
      `${folder} is not empty and holds no earlier export. Name another folder with --out.`,
    )
  }
  for (const name of ['data', 'assets', 'index.html']) {
    await rm(path.join(folder, name), { recursive: true, force: true })
  }
}
