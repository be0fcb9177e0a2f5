import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelFolder, readAudits, readModels } from '../../transform/models.ts'

const models = [...(await readModels()), ...(await readAudits())]

describe('model files', () => {
  it.each(models.map(({ file }) => file))('%s is written as all models are', async (file) => {
    const text = await readFile(join(modelFolder, file), 'utf8')
    const lines = text.trimEnd().split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.filter((line) => /\t|\s$/.test(line))).toEqual([])
    expect(lines.at(-1)).toMatch(/^select \* from final( order by [a-z_, ]+)?$/)
    expect(text.replaceAll(/--.*|'[^']*'/g, '')).not.toMatch(
      /\b(SELECT|FROM|WHERE|JOIN|now\(\)|random\(\)|current_timestamp)\b/,
    )
    if (!file.startsWith('audits/')) expect(lines[0]).toMatch(/^-- One row per /)
  })
})
