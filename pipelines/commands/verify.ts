import path from 'node:path'
import { exitCodes } from '../cliError.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { reading } from '../session.ts'
import { verifyPage } from '../verify/page.ts'
import { readVerifyReport, readVerifySummary } from '../verify/report.ts'
import { showVerifyReport } from '../verify/text.ts'
import { writeWhole } from '../wholeFile.ts'

export interface VerifyOptions extends GlobalOptions {
  html?: string
}

/** `rollcall verify`: what Zoom has against what was captured. Exit code 3 when something is missing, as of `sync`. */
export async function verify(options: VerifyOptions): Promise<void> {
  await reading(options, async ({ config, output }) => {
    // Every instance of a long history is read only for those who asked for each.
    const isWhole = options.json === true || options.html !== undefined
    const report = isWhole ? await readVerifyReport(config.dataDir) : null
    if (report !== null && options.html !== undefined) await writeWhole(options.html, verifyPage(report))
    const summary = report ?? (await readVerifySummary(config.dataDir))
    showVerifyReport(summary, output)
    output.json(summary)
    if (options.html !== undefined) output.done(`The page is ${path.resolve(options.html)}`)
    if (!summary.isComplete) process.exitCode = exitCodes.incomplete
  })
}
