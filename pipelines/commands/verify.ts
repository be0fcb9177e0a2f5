import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CliError, exitCodes } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'
import { verifyPage } from '../verify/page.ts'
import { readVerifyReport } from '../verify/report.ts'
import { showVerifyReport } from '../verify/text.ts'

export interface VerifyOptions extends GlobalOptions {
  html?: string
}

/** `rollcall verify`: what Zoom has against what was captured. Exit code 3 when something is missing, as of `sync`. */
export async function verify(options: VerifyOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const report = await readVerifyReport(config.dataDir)
    if (options.html !== undefined) await writePage(options.html, verifyPage(report))
    showVerifyReport(report, output)
    output.json(report)
    if (options.html !== undefined) output.done(`The page is ${path.resolve(options.html)}`)
    if (!report.isComplete) process.exitCode = exitCodes.incomplete
  })
}

/** The page whole or not at all. @throws {CliError} naming the file */
async function writePage(file: string, page: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await writeFile(temporary, page)
    await rename(temporary, file)
  } catch (error) {
    throw new CliError(
      `The page cannot be written to ${path.resolve(file)} (${(error as NodeJS.ErrnoException).code}). Name a file in a folder that can be written.`,
      { cause: error },
    )
  }
}
