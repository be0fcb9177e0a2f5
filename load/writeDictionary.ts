import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readDictionary } from './dictionary.ts'
import { dictionaryText } from './dictionaryText.ts'
import { startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

/* `npm run docs:dictionary`: writes docs/data-dictionary.md from a warehouse that is made for it and thrown away. */

const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-dictionary-'))
try {
  const server = await startEmbedded({ dataDir: folder, settings: { fsync: 'off' } })
  try {
    await migrate(server.url)
    const file = path.join(import.meta.dirname, '..', 'docs', 'data-dictionary.md')
    await writeFile(file, dictionaryText(await readDictionary(server.url)))
  } finally {
    await server.stop()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
