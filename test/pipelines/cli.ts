import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Simulator } from '../../simulator/server.ts'

export interface CliResult {
  code: number | null
  stdout: string
  stderr: string
}

const entry = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url))

/**
 * Runs rollcall as a user would, as a process of its own. Nothing of this environment's ZOOM_* or DATABASE_URL is
 * passed on, and the working folder has no `.env`.
 */
export function rollcall(
  args: readonly string[],
  environment: Record<string, string>,
  cwd: string,
): Promise<CliResult> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: { PATH, HOME, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** The environment in which rollcall reads this account, as a user would have it in `.env`. */
export function environmentOf(served: Simulator): Record<string, string> {
  return {
    ZOOM_ACCOUNT_ID: served.accountId,
    ZOOM_CLIENT_ID: served.clientId,
    ZOOM_CLIENT_SECRET: served.clientSecret,
    ZOOM_API_URL: served.apiUrl,
    ZOOM_OAUTH_URL: served.oauthUrl,
  }
}
