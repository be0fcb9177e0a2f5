import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

export interface PageFile {
  type: string
  body: Uint8Array<ArrayBuffer>
}

/** The built page: path from its root, such as `/index.html`, → content. Few and small, so kept in memory. */
export type PageFiles = ReadonlyMap<string, PageFile>

export const builtPage = path.join(import.meta.dirname, 'dist')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** @throws with code ENOENT where the page has not been built */
export async function readPageFiles(folder: string = builtPage): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && path.extname(entry.name) in types)
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const name = `/${path.relative(folder, file).replaceAll(path.sep, '/')}`
        return [
          name,
          { type: types[path.extname(file)] ?? '', body: new Uint8Array(await readFile(file)) },
        ] as const
      }),
    ),
  )
}
