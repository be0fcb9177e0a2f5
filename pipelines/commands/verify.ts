import path from 'node:path'
import { exitCodes } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'
import { verifyPage } from '../verify/page.ts'
import { readVerifyReport } from '../verify/report.ts'
import { showVerifyReport } from '../verify/text.ts'
import { writeWhole } from '../wholeFile.ts'

export interface VerifyOptions extends GlobalOptions {
  html?: string
}

/** `rollcall verify`: what Zoom has against what was captured. Exit code 3 when something is missing, as of `sync`. */
export async function verify(options: VerifyOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    const report = await readVerifyReport(config.dataDir)
    if (options.html !== undefined) await writeWhole(options.html, verifyPage(report))
    showVerifyReport(report, output)
    output.json(report)
    if (options.html !== undefined) output.done(`The page is ${path.resolve(options.html)}`)
    if (!report.isComplete) process.exitCode = exitCodes.incomplete
  })
}
