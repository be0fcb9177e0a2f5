import { type Finding, ok, problem } from './finding.ts'

/** The oldest Node the sources run on as they are; the package `node` among the dependencies brings a newer one. */
const major_min = 24

/** @param version as `process.versions.node` */
export function checkNode(version: string): Finding {
  if (Number(version.split('.')[0]) >= major_min) return ok('node', `Node ${version}`)
  return problem('node', `Node ${version} is older than ${major_min}`, {
    cost: 'the TypeScript sources do not run on it',
    remedy: 'Start rollcall with npm run rollcall, or npx rollcall: both use the Node that npm ci installed.',
  })
}
