import { existsSync } from 'node:fs'
import path from 'node:path'
import { builtPage } from './pageFiles.ts'

export const isPageBuilt = (): boolean => existsSync(path.join(builtPage, 'index.html'))

/**
 * Builds the page from its sources.
 * @param folder emptied first
 * @returns false where vite is not installed, as after `npm ci --omit=dev`
 * @throws what vite throws where the sources are wrong
 */
export async function buildPage(folder: string = builtPage): Promise<boolean> {
  let vite: typeof import('vite')
  try {
    vite = await import('vite')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return false
    throw error
  }
  const root = path.join(import.meta.dirname, 'page')
  await vite.build({
    root,
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })
  return true
}
