import { exitCodes } from '../cliError.ts'
import { loadDotEnv } from '../config.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { remedyLines, summaryLines, verdictLine } from '../doctor/show.ts'
import type { GlobalOptions } from '../globalOptions.ts'
import { stopOnSignals } from '../stop.ts'
import { createOutput } from '../terminal/output.ts'

/**
 * `rollcall doctor`: what works, what does not, what that costs and what to do. Sets exit code 1 where there is a
 * problem; wrong values in the configuration are one, and no reason to stop.
 */
export async function doctor(options: GlobalOptions): Promise<void> {
  loadDotEnv()
  const output = await createOutput(options)
  const { signal, release } = stopOnSignals(output)
  try {
    const findings = await diagnose(
      { environment: process.env, dataDir: options.dataDir, signal },
      { onProgress: (text) => output.progress(`doctor     ${text}`) },
    )
    const hasProblem = findings.some((finding) => finding.verdict === 'problem')
    for (const line of summaryLines(findings)) output.print(line)
    const remedies = remedyLines(findings)
    for (const line of remedies) {
      if (options.quiet && line !== '') output.warn(line)
      else output.print(line)
    }
    output.print(`\n${verdictLine(findings)}`)
    output.json({ ok: !hasProblem, findings })
    if (hasProblem) process.exitCode = exitCodes.failed
  } finally {
    output.stop()
    release()
  }
}
