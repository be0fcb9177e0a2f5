import { buildPage } from './buildPage.ts'

// After `npm ci`, so that the first `rollcall dashboard` has its page. An installation without vite goes on without.
if (!(await buildPage())) process.stderr.write('The dashboard page is not built: vite is not installed.\n')
