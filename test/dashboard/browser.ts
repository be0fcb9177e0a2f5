import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a Chromium is, or undefined: tests that need one are then left out, and say so. */
export const chromiumPath = places.find((place) => existsSync(place))

/** Chromium's sandbox does not work for root; everybody else keeps it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    // Without a screen, a process that plays a graphics card only takes time from the page.
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })

export interface Visit {
  page: Page
  /** What went wrong in the page: errors, refused resources, failed requests. */
  troubles: string[]
  close(): Promise<void>
}

/** Opens an address and waits until everything it asks for is there and every chart is drawn. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('requestfailed', (request) => troubles.push(`${request.url()} ${request.failure()?.errorText}`))
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.url()} ${response.status()}`)
  })
  await page.goto(url)
  await settle(page)
  return { page, troubles, close: () => context.close() }
}

/** Until nothing is loading and nothing is left to draw. */
export async function settle(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('.skeleton, [aria-busy=true], .drawing:empty').first().waitFor({ state: 'detached' })
}

/** A figure of the page's head, by its name. */
export const figure = (page: Page, name: string): Promise<string | null> =>
  page
    .locator('.figure', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('.value')
    .textContent()
