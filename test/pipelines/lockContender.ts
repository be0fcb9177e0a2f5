/** A process that takes the lock again and again, writes down when it has it, and now and then leaves it dead. */
import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lockDataDir } from '../../pipelines/lock.ts'

const [folder, log, turns] = process.argv.slice(2) as [string, string, string]
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))
for (let turn = 0; turn < Number(turns); ) {
  const unlock = await lockDataDir(folder, 'sync').catch((error: Error) => {
    if (error.message.startsWith('Another rollcall sync')) return null
    throw error
  })
  if (unlock === null) {
    await delay(Math.random() * 4)
    continue
  }
  appendFileSync(log, `${process.pid} in\n`)
  await delay(Math.random() * 3)
  appendFileSync(log, `${process.pid} out\n`)
  turn += 1
  if (turn % 2 === 1) await unlock()
  else {
    // As a process leaves it that died: its lock stays, and names nobody who lives.
    const lock = path.join(folder, 'lock')
    const number = Math.max(
      ...readdirSync(lock)
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    )
    const dead = { pid: 2 ** 30, host: hostname(), command: 'sync', started_at: '2026-01-01T00:00:00.000Z' }
    writeFileSync(path.join(lock, `dead-${process.pid}`), JSON.stringify(dead))
    renameSync(path.join(lock, `dead-${process.pid}`), path.join(lock, String(number)))
  }
}
process.disconnect?.()
