import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from './markdown.ts'

/* What a message can name has to be found in the documents by the same word. */

const guide = (name: string) => readFile(path.join(root, 'docs', name), 'utf8')

/** All matches of a pattern's first group in the sources of a folder, without repetitions. */
async function wordsIn(folder: string, pattern: RegExp): Promise<string[]> {
  const files = (await readdir(path.join(root, folder), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  )
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, folder, file), 'utf8')))
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, word]) => word as string)))]
}

/** The words of a union type, as written in a source file. */
async function wordsOf(file: string, pattern: RegExp): Promise<string[]> {
  const text = await readFile(path.join(root, file), 'utf8')
  return [...(pattern.exec(text)?.[1] ?? '').matchAll(/'([a-z_]+)'/g)].map(([, word]) => word as string)
}

it('Every meaning of a failure of Zoom is in the troubleshooting guide, and no other', async () => {
  const meanings = await wordsOf('extract/zoom/errors.ts', /export type Meaning =\n((?: {2}\| '.*'\n)+)/)
  expect(meanings.length).toBeGreaterThan(15)
  const table = (await guide('troubleshooting.md')).split('## What Zoom answers')[1] ?? ''
  const explained = [...table.matchAll(/^\| `([a-z_]+)`/gm)].map(([, word]) => word)
  expect(explained.sort()).toEqual(meanings.sort())
})

it('Every check of the doctor is in the troubleshooting guide', async () => {
  const checks = await wordsIn('pipelines/doctor', /\b(?:ok|warning|problem|skipped)\(\s*'([a-z_]+)'/g)
  expect(checks.length).toBeGreaterThan(12)
  const text = (await guide('troubleshooting.md')).split('## What the doctor checks')[1] ?? ''
  expect(checks.filter((check) => !text.includes(`\`${check}\``))).toEqual([])
})

it('Every status of a capture is in the guide to the completeness report', async () => {
  const statuses = await wordsOf('extract/streams.ts', /const captureStatuses = \[(.*?)\]/s)
  expect(statuses.length).toBeGreaterThan(6)
  const text = await guide('completeness.md')
  expect(statuses.filter((status) => !text.includes(`| \`${status}\``))).toEqual([])
})
