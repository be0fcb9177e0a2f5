import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestAccount, type TestAccount } from '../pipelines/account.ts'
import { rollcall } from '../pipelines/cli.ts'
import { readDocuments, rollcallArguments, shownCommands, splitCommands } from './markdown.ts'

/* The commands of the documents that only read are run on an account, as a reader would run them. */

const harmless = /^(sql|status|verify|explain|report)$/

const documents = await readDocuments()
const commands = [
  ...new Map(
    documents
      .flatMap(shownCommands)
      .filter(({ isBlock }) => isBlock)
      .flatMap(({ line }) => splitCommands(line).slice(0, 1))
      .flatMap((words) => {
        const args = rollcallArguments(words) ?? []
        const isOfDemo = args.includes('--data-dir')
        // One of each form: a process takes a second to start.
        const form = [args[0], ...args.filter((word) => word.startsWith('--'))].join(' ')
        return harmless.test(args[0] ?? '') && !isOfDemo ? [[form, JSON.stringify(args)] as const] : []
      }),
  ).values(),
]

let account: TestAccount

beforeAll(async () => {
  account = await openTestAccount({ seed: 4 })
  await account.extract()
  await account.transform()
}, 120_000)

afterAll(() => account.close())

describe('a command in a document that only reads', () => {
  it('is there at all', () => {
    expect(commands.length).toBeGreaterThan(5)
  })

  it.each(commands)('%s does what it says', async (json) => {
    const args: string[] = JSON.parse(json)
    const { code, stdout, stderr } = await rollcall(
      args,
      { ROLLCALL_DATA_DIR: account.dataDir },
      account.dataDir,
    )
    // The account has what no account can give any more: 3 is the right answer about completeness.
    expect(args[0] === 'verify' ? [0, 3] : [0], stderr).toContain(code)
    expect(stdout + stderr).not.toBe('')
  })
})
