#!/usr/bin/env -S node --max-semi-space-size=8
// Runs rollcall on the Node it brings along, whatever Node started this file: the sources are TypeScript, which
// only a newer Node runs as it is.
//
// The flag, here and in the scripts of package.json, bounds the memory that V8 fills before it looks for what is no
// longer needed: it would let it grow to 128 MB, of which rollcall's work gains nothing. Without it everything works too.
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const nodePackage = require.resolve('node/package.json')
const root = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
// Sources with their types stripped, and compiled, are kept for later starts: without them `--help` takes three times
// as long. Where the folder cannot be written, starts are slower and nothing else.
const compileCache = path.join(root, 'node_modules', '.cache', 'rollcall')

if (process.versions.node === require(nodePackage).version) {
  module.enableCompileCache(compileCache)
  await import('../pipelines/rollcall.ts')
} else {
  const node = path.join(path.dirname(nodePackage), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const entry = path.join(root, 'pipelines', 'rollcall.ts')
  const child = spawn(node, [...process.execArgv, entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
  })
  // A terminal sends Ctrl-C to the child as well; from elsewhere a signal reaches only this process and is passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
