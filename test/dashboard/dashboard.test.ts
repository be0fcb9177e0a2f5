import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPage } from '../../dashboard/buildPage.ts'
import { exportDashboard } from '../../dashboard/export.ts'
import { type PageFiles, readPageFiles } from '../../dashboard/pageFiles.ts'
import { type Served, serve } from '../../dashboard/serve.ts'
import { openReader, type Reader } from '../../dashboard/warehouse.ts'
import { isFull } from '../chaos/scope.ts'
import { syncedAccount } from '../pipelines/syncedAccount.ts'
import { query } from '../postgres/testDatabase.ts'
import { chromiumPath, figure, openBrowser, settle, visit } from './browser.ts'

/*
 * Goal: what people see is what the warehouse says, on a real account, in a real browser. Method: the whole pipeline
 * on a small simulated account, the page built from its sources, and SQL on the same warehouse to compare with.
 */
let databaseUrl: string
let reader: Reader
let files: PageFiles
let folder: string
let served: Served
let browser: Browser
const failures: unknown[] = []

interface Subjects {
  webinar: string
  instance: string
  /** The one with fewest people, of at least five. */
  small: string
  person: string
}
let subjects: Subjects

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-dashboard-'))
  databaseUrl = (await syncedAccount()).databaseUrl
  await buildPage(path.join(folder, 'page'))
  files = await readPageFiles(path.join(folder, 'page'))
  reader = await openReader(databaseUrl)
  served = await serve({ reader, page: files, port: 0 }, { onFailure: (_, error) => failures.push(error) })
  const [largest] = await query<Subjects & Record<string, string>>(
    databaseUrl,
    `select i.id as instance, i.webinar_id as webinar, p.person_id as person, (
         select id from zoom_webinar_instances
         where registrants_attended > 0 and actual_participant_count >= 5
         order by actual_participant_count, id limit 1
     ) as small
     from zoom_webinar_instances as i join zoom_participants as p on p.instance_id = i.id
     where i.registrants_attended > 0
     order by i.actual_participant_count desc, i.id, p.session_count desc, p.id limit 1`,
  )
  if (largest === undefined) throw new Error('The account has no instance with registrants.')
  subjects = largest
  if (chromiumPath !== undefined) browser = await openBrowser()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await served?.close()
  await reader?.close()
  await rm(folder, { recursive: true, force: true })
})

const one = async (sql: string, values: unknown[] = []): Promise<Record<string, string>> => {
  const [row] = await query<Record<string, string>>(databaseUrl, sql, values)
  if (row === undefined) throw new Error(`No row: ${sql}`)
  return row
}
const whole = (value: string | number | undefined): string => Number(value).toLocaleString('en-US')

describe.skipIf(chromiumPath === undefined)(
  'the page in Chromium (skipped where there is none)',
  { timeout: 120_000 },
  () => {
    const at = (hash: string): string => `${served.url}${hash}`

    it('shows the account’s own figures', async () => {
      const { page, troubles, close } = await visit(browser, at('#/'))
      const expected = await one(
        `select count(*) as participants, count(distinct person_id) as people,
         (select max(peak_concurrent) from zoom_webinar_instances) as peak,
         (select round(100.0 * sum(registrants_attended) / sum(total_registrants), 1)
          from zoom_webinars where instance_count > 0) as rate
       from zoom_participants`,
      )
      expect(await figure(page, 'Participants')).toBe(whole(expected.participants))
      expect(await figure(page, 'People')).toBe(whole(expected.people))
      expect(await figure(page, 'Most at once')).toBe(whole(expected.peak))
      expect(await figure(page, 'Attendance rate')).toBe(`${expected.rate} %`)
      const { webinars } = await one(
        'select count(*) as webinars from zoom_webinars where instance_count > 0',
      )
      expect(await page.getByRole('region', { name: 'Webinars, table' }).locator('tbody tr').count()).toBe(
        Number(webinars),
      )
      expect(await page.locator('.drawing svg').count()).toBeGreaterThanOrEqual(4)
      expect(troubles).toEqual([])
      await close()
    })

    it('keeps what is shown in the address, so that a link shows the same', async () => {
      const { page, close } = await visit(browser, at('#/'))
      await page.getByRole('combobox', { name: 'Webinar' }).selectOption(subjects.webinar)
      const expected = await one(
        'select count(*) as participants from zoom_participants where webinar_id = $1',
        [subjects.webinar],
      )
      await expect.poll(() => figure(page, 'Participants')).toBe(whole(expected.participants))
      const copied = await visit(browser, page.url())
      expect(await figure(copied.page, 'Participants')).toBe(whole(expected.participants))
      await copied.close()
      await close()
    })

    it('shows a webinar with its instances side by side', async () => {
      const { page, troubles, close } = await visit(browser, at(`#/webinars/${subjects.webinar}`))
      const expected = await one('select * from webinar_attendance_analytics where id = $1', [
        subjects.webinar,
      ])
      expect(await page.locator('h1').textContent()).toBe(expected.topic)
      expect(await figure(page, 'Participants')).toBe(whole(expected.actual_participant_count))
      expect(await figure(page, 'People')).toBe(whole(expected.unique_participant_count))
      expect(await figure(page, 'Attendance rate')).toBe(`${Number(expected.attendance_rate).toFixed(1)} %`)
      const rows = page.getByRole('region', { name: 'Instances, table' }).locator('tbody tr')
      expect(await rows.count()).toBe(Number(expected.instance_count))
      expect(troubles).toEqual([])
      await close()
    })

    it('shows an instance, and finds a participant in it', async () => {
      const { page, troubles, close } = await visit(browser, at(`#/instances/${subjects.instance}`))
      const expected = await one('select * from webinar_instance_attendance_analytics where id = $1', [
        subjects.instance,
      ])
      expect(await figure(page, 'Participants')).toBe(whole(expected.actual_participant_count))
      expect(await figure(page, 'Most at once')).toBe(whole(expected.peak_concurrent))
      expect(await figure(page, 'Registrants who came')).toBe(
        `${Number(expected.attendance_rate).toFixed(1)} %`,
      )
      const timeline = page.getByRole('region', { name: 'Who was there', exact: true })
      await timeline.getByRole('button', { name: /^Table/ }).click()
      const minutes = await query<{ present: number }>(
        databaseUrl,
        'select present from zoom_instance_timeline where instance_id = $1 order by minute',
        [subjects.instance],
      )
      expect(await timeline.locator('tbody tr td:last-child').allTextContents()).toEqual(
        minutes.map((line) => whole(line.present)),
      )
      const dropoff = page.getByRole('region', { name: 'Drop-off', exact: true })
      await dropoff.getByRole('button', { name: /^Table/ }).click()
      const tenths = await query<Record<string, number>>(
        databaseUrl,
        `select tenth, present, round(100 * present_share, 1)::float8 as share, away, gone, not_yet_come
         from zoom_instance_dropoff where instance_id = $1 order by tenth`,
        [subjects.instance],
      )
      expect(await dropoff.locator('tbody tr').allTextContents()).toEqual(
        tenths.map((line) => Object.values(line).map(String).join('')),
      )

      const { participant_name: name = '', strips } = await one(
        `select participant_name, (select count(*) from zoom_participants b where b.instance_id = a.instance_id
         and (b.participant_name ilike '%' || a.participant_name || '%' or b.participant_email ilike '%' || a.participant_name || '%')) as strips
       from zoom_participants a where instance_id = $1 and length(participant_name) > 8 and participant_name !~ '[%_\\\\]'
       order by participant_name limit 1`,
        [subjects.instance],
      )
      await page.getByLabel('Find a participant').fill(name)
      await expect.poll(() => page.locator('.strips .strip').count()).toBe(Number(strips))
      expect(new URL(page.url()).hash).toContain('who=')
      expect(troubles).toEqual([])
      await close()
    })

    it('shows everything a person attended, from the strip of an instance', async () => {
      const { page, troubles, close } = await visit(
        browser,
        at(`#/instances/${subjects.instance}?order=rejoined`),
      )
      await page.locator('.strips a').first().click()
      await page.getByRole('heading', { name: 'Attended' }).waitFor()
      await settle(page)
      const id = new URL(page.url()).hash.split('/').at(-1) ?? ''
      const expected = await one('select instances_attended from zoom_people where id = $1', [id])
      expect(await figure(page, 'Instances attended')).toBe(whole(expected.instances_attended))
      expect(await page.getByRole('region', { name: 'Attended, table' }).locator('tbody tr').count()).toBe(
        Number(expected.instances_attended),
      )
      expect(troubles).toEqual([])
      await close()
    })

    it('gives a chart’s numbers as CSV', async () => {
      const { page, close } = await visit(browser, at(`#/instances/${subjects.instance}`))
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV of Who was there' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('who-was-there.csv')
      const text = await readFile(await download.path(), 'utf8')
      const minutes = await one(
        'select count(*) as lines from zoom_instance_timeline where instance_id = $1',
        [subjects.instance],
      )
      expect(text.trim().split('\r\n')).toHaveLength(1 + Number(minutes.lines))
      await close()
    })

    it('leads the keyboard past the head, and says when there is nothing', async () => {
      const { page, close } = await visit(browser, at('#/nothing/here'))
      expect(await page.locator('h1').textContent()).toBe('There is no such page')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement?.textContent')).toContain('Skip to the content')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('document.activeElement?.id')).toBe('main')
      await close()
    })

    it('shows the figures, and says why there are no charts, where what draws them does not come', async () => {
      const context = await browser.newContext()
      await context.route(/plots-/, (route) => route.abort())
      const page = await context.newPage()
      await page.goto(at('#/'))
      await page.getByText('What draws the charts could not be loaded').first().waitFor()
      const { participants } = await one('select count(*) as participants from zoom_participants')
      expect(await figure(page, 'Participants')).toBe(whole(participants))
      await context.close()
    })

    const views: [name: string, hash: () => string][] = [
      ['account', () => '#/'],
      ['webinar', () => `#/webinars/${subjects.webinar}`],
      // Every strip is looked at, so a crowd takes long and has nothing that a few have not.
      ['instance', () => `#/instances/${isFull ? subjects.instance : subjects.small}`],
      ['person', () => `#/persons/${subjects.person}`],
    ]

    it.each(views)('can be read by everybody, light, dark and on a phone: %s', async (_, hash) => {
      const light = await visit(browser, at(hash()))
      expect(await violations(light.page)).toEqual([])
      const background = 'getComputedStyle(document.body).backgroundColor'
      const paper = await light.page.evaluate(background)
      await light.page.emulateMedia({ colorScheme: 'dark' })
      expect(await light.page.evaluate(background)).not.toBe(paper)
      expect(await violations(light.page, ['color-contrast'])).toEqual([])
      await light.page.setViewportSize({ width: 360, height: 740 })
      await settle(light.page)
      expect(await light.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
      expect(light.troubles).toEqual([])
      await light.close()
    })

    it('met no failure of ours meanwhile', () => {
      expect(failures).toEqual([])
    })
  },
)

describe('the export', { timeout: 120_000 }, () => {
  let out: string
  beforeAll(async () => {
    out = path.join(folder, 'export')
    const summary = await exportDashboard(reader, files, out, { onInstance: () => undefined })
    const counted = await one(
      'select count(*) as instances, (select count(*) from zoom_webinars) as webinars from zoom_webinar_instances',
    )
    expect(summary).toMatchObject({
      instances: Number(counted.instances),
      webinars: Number(counted.webinars),
    })
  })

  it('holds no e-mail, no name and no id of anybody', async () => {
    const people = await query<{ text: string }>(
      databaseUrl,
      `select distinct lower(text) as text from (
         select participant_name as text from zoom_participants
         union select participant_email from zoom_participants
         union select display_name from zoom_people
         union select primary_email from zoom_people
         union select id::text from zoom_people
         union select id::text from zoom_participants
         union select concat_ws(' ', first_name, last_name) from zoom_registrants
         union select email from zoom_registrants
         union select host_email from zoom_webinars
         union select name from zoom_questions
         union select question from zoom_questions
       ) as each where length(text) > 3`,
    )
    expect(people.length).toBeGreaterThan(100)
    const names = await readdir(out, { recursive: true, withFileTypes: true })
    for (const entry of names.filter((one) => one.isFile())) {
      const text = (await readFile(path.join(entry.parentPath, entry.name), 'utf8')).toLowerCase()
      // The page's own words are the same for every account; its answers are under data/.
      const isAnswer = entry.parentPath.includes(`${path.sep}data`)
      const found = people.filter(
        (person) => (isAnswer || person.text.includes('@')) && text.includes(person.text),
      )
      expect([entry.name, found]).toEqual([entry.name, []])
    }
  })

  it('replaces an earlier export, and nothing else', async () => {
    await exportDashboard(reader, files, out, { onInstance: () => undefined })
    await expect(
      exportDashboard(reader, files, path.join(folder, 'page'), { onInstance: () => undefined }),
    ).rejects.toThrow(/not empty and holds no earlier export/)
  })

  it.skipIf(chromiumPath === undefined)('is the page without a server behind it, in any folder', async () => {
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const name = pathname.replace('/some/folder/', '') || 'index.html'
      const type = {
        '.html': 'text/html',
        '.js': 'text/javascript',
        '.css': 'text/css',
        '.svg': 'image/svg+xml',
      }
      const body = await readFile(path.join(out, name)).catch(() => undefined)
      response.writeHead(body === undefined ? 404 : 200, {
        'Content-Type': type[path.extname(name) as keyof typeof type] ?? 'application/json',
      })
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/folder/`
    try {
      for (const hash of ['#/', `#/webinars/${subjects.webinar}`, `#/instances/${subjects.instance}`]) {
        const { page, troubles, close } = await visit(browser, base + hash)
        expect(await page.getByText('Aggregates only').isVisible()).toBe(true)
        expect(await figure(page, 'Participants')).toMatch(/^[\d,]+$/)
        expect(troubles).toEqual([])
        await close()
      }
      const { page, close } = await visit(browser, `${base}#/persons/${subjects.person}`)
      expect(await page.locator('h1').textContent()).toBe('There is no such page')
      await close()
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

/** What axe finds that keeps somebody from reading or using the page; of all its rules, or only some. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // Evaluated, not added as an element: the page's policy refuses scripts that are not its own.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify({ runOnly: rules })})`,
  )
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}
