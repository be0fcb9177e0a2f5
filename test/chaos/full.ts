import { spawnSync } from 'node:child_process'
import path from 'node:path'

/**
 * `npm run test:chaos [FILE…]`: the fault tests at their full length, and others of which `npm test` runs a short
 * version, or none (`*.long.test.ts`).
 */
const root = path.join(import.meta.dirname, '..', '..')
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
const withLongForms = [
  'test/bench/identity.test',
  'test/chaos',
  'test/dashboard/dashboard',
  'test/extract/openInstances.property',
  'test/extract/raw/crash',
  'test/pipelines/wholePipeline',
  'test/sql/components.property',
  'test/sql/presence.property',
  'test/transform/incremental.property',
  '.long.test.ts',
]
const files = process.argv.length > 2 ? process.argv.slice(2) : withLongForms
const { status } = spawnSync(process.execPath, [vitest, 'run', ...files], {
  cwd: root,
  env: { ...process.env, ROLLCALL_CHAOS: 'full' },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
