import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRunner } from './model-runner.ts'

let runner: ModelRunner
let weights: number[]
beforeAll(async () => {
  runner = await ModelRunner.open()
  await runner.build('intermediate.engagement_weights')
  weights = (await runner.rows('select weight from intermediate.engagement_weights')).map(({ weight }) =>
    Number(weight),
  )
})
afterAll(() => runner.close())

const textOf = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('the weights of the engagement score', () => {
  it('are those of the documentation', async () => {
    const section = (await textOf('docs/engagement.md')).split('## The score')[1] ?? ''
    const rows = [...section.matchAll(/^\| [a-z ]+ \| +(\d+) +\|/gm)].map((match) => Number(match[1]))
    expect(rows).toEqual(weights)
  })
  it('are those of the comment on the column', async () => {
    const comment = /'0 to 100: share of time[^']+'/.exec(
      await textOf('load/migrations/2026-11-22-warehouse.ts'),
    )?.[0]
    expect([...(comment ?? '').matchAll(/ (\d+)[,;]?/g)].map((match) => Number(match[1])).slice(1)).toEqual(
      weights,
    )
  })
})
