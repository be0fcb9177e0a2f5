import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CliError } from './cliError.ts'

/** Writes a file a user named, whole or not at all. @throws {CliError} naming it */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await writeFile(temporary, content)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new CliError(
      `The report cannot be written to ${path.resolve(file)} (${(error as NodeJS.ErrnoException).code}). Name a file in a folder that can be written.`,
      { cause: error },
    )
  }
}
