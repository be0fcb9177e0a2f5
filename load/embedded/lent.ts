import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** Holds the process id of the server that is lent, so that it says nothing about a later one. */
const mark = (cluster: Cluster): string => join(cluster.folder, 'lent')

/** Says of the running server that it was started for borrowers and ends with the last of them. */
export async function markLent(cluster: Cluster, pid: number): Promise<void> {
  await writeFile(mark(cluster), `${pid}\n`)
}

/** Says of the running server that it goes on until somebody stops it. */
export async function markKept(cluster: Cluster): Promise<void> {
  await rm(mark(cluster), { force: true })
}

export async function isLent(cluster: Cluster, pid: number): Promise<boolean> {
  const text = await readFile(mark(cluster), 'utf8').catch(() => '')
  return Number.parseInt(text, 10) === pid
}
