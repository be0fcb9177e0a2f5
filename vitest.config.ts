import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes more than a developer's patience runs with `npm run test:chaos`.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.ROLLCALL_CHAOS === 'full' ? [] : ['test/**/*.long.test.ts']),
    ],
    // One Postgres for the whole run; see `createTestDatabase`.
    globalSetup: ['test/postgres/globalSetup.ts'],
    // A process runs file after file with the modules it has: loading and warming them up again for each took a third
    // of all time. So a file leaves nothing changed that others see.
    isolate: false,
    setupFiles: ['test/afterEachFile.ts'],
    // Processes that tests start find their sources stripped and compiled, where `bin/rollcall.js` keeps them as well.
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/rollcall') },
    // Much of the time is spent waiting for Postgres and for disks; one worker less than cores would idle.
    maxWorkers: 2,
    // Long enough for a busy machine: what hangs is told from what waits by the limit of the whole run.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
