import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One Postgres for the whole run; see `createTestDatabase`.
    globalSetup: ['test/postgres/globalSetup.ts'],
    // Much of the time is spent waiting for Postgres and for disks; one worker less than cores would idle.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
