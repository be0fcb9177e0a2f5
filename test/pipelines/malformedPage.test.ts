import { expect, it } from 'vitest'
import { queryRaw } from '../../extract/raw/query.ts'
import { readCompleteness } from '../../pipelines/completeness.ts'
import { openTestAccount } from './account.ts'

it('a malformed page is kept and reported, the rest goes on, and the instance is not complete', async () => {
  let disturbed: string | null = null
  const account = await openTestAccount(
    {},
    {
      intercept: ({ path }) => {
        const instance = /\/(?:report\/webinars|past_webinars|metrics\/webinars)\/([^/]+)\/participants/.exec(
          path,
        )?.[1]
        disturbed ??= instance ?? null
        if (instance === undefined || instance !== disturbed) return null
        return { status: 200, body: '<html>maintenance https://zoom.us/w/1?tk=secret-token</html>' }
      },
    },
  )
  try {
    const { statuses } = await account.extract({}, { sleep: async () => {} })
    expect(statuses.failed).toBe(3)
    await account.transform()

    const completeness = await readCompleteness(account.dataDir)
    const unread = completeness.attention.filter((one) => one.stream === 'participants')
    expect(unread.filter((one) => one.status === 'failed')).toHaveLength(1)
    expect(unread.filter((one) => one.status !== 'failed' && one.status !== 'expired')).toEqual([])
    expect(completeness.completeInstances).toBe(completeness.instances - unread.length)

    const kept = await queryRaw(account.dataDir, `select raw from raw.rejects where stream = 'participants'`)
    expect(kept).toHaveLength(3)
    for (const { raw } of kept) {
      expect(raw).toMatch(/maintenance/)
      expect(raw).not.toMatch(/secret-token/)
    }
  } finally {
    await account.close()
  }
})
