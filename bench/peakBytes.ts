import { readFileSync } from 'node:fs'

/** What the kernel saw of this process alone: `resourceUsage` counts the process that started it too. */
export function peakBytes(): number {
  try {
    const line = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (line) return Number(line[1]) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
