import { describe, expect, it } from 'vitest'
import { narrowing } from '../../pipelines/narrowing.ts'
import { createProgram } from '../../pipelines/program.ts'

/** What a command line asks the extract stage for. */
async function asked(...args: string[]) {
  const program = createProgram()
  let given: ReturnType<typeof narrowing> | undefined
  for (const command of program.commands) {
    command.configureOutput({ writeErr: () => {} })
    command.action((options) => {
      given = narrowing(options)
    })
  }
  await program.parseAsync(args, { from: 'user' })
  return given
}

describe.each(['sync', 'extract'])('%s', (command) => {
  it('passes on when an instance is settled', async () => {
    expect(await asked(command, '--settle-days', '30', '--confirm-minutes', '5')).toMatchObject({
      settleDays: 30,
      confirmMinutes: 5,
    })
    expect(await asked(command)).toMatchObject({ settleDays: undefined, confirmMinutes: undefined })
  })

  it.each([
    ['--settle-days', 'soon'],
    ['--settle-days', '-1'],
    ['--confirm-minutes', '1.5'],
  ])('refuses %s %s', async (option, value) => {
    await expect(asked(command, option, value)).rejects.toThrow(/whole number|argument/)
  })
})
