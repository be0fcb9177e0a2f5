#!/usr/bin/env node
// Runs rollcall on the Node it brings along, whatever Node started this file: the sources are TypeScript, which
// only a newer Node runs as it is.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const node = path.join(
  path.dirname(require.resolve('node/package.json')),
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
const entry = path.join(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '..',
  'pipelines',
  'rollcall.ts',
)
const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
// A terminal sends Ctrl-C to the child as well; from elsewhere a signal reaches only this process and is passed on.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
})
