import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One Postgres for the whole run; see `createTestDatabase`.
    globalSetup: ['test/postgres/globalSetup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
