import { expect, test } from 'vitest'
import { modelAccount } from '../../bench/identity/account.ts'
import { type IdentityScores, scoreIdentity } from '../../bench/identity/score.ts'
import { isFull } from '../chaos/scope.ts'

async function scoresOf(seed: number, ambiguity: number): Promise<IdentityScores> {
  const account = await modelAccount({ scale: 'tiny', seed, ambiguity })
  try {
    return await scoreIdentity(account.catalogPath, account.truthPath)
  } finally {
    await account.close()
  }
}

function scoreOf({ scores }: IdentityScores, segment: string, method = 'rollcall', scope = 'instance') {
  const found = scores.find(
    (score) => score.scope === scope && score.method === method && score.segment === segment,
  )
  if (found === undefined) throw new Error(`no score of ${method} for ${segment}`)
  return found
}

// Another account than the next test's.
test.each(isFull ? [1, 2] : [1])(
  'participants with a strong key are found with F1 of 99.5 percent, and all with that precision (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const scores = await scoresOf(seed, 0)
    expect(scoreOf(scores, 'key_on_a_row').f1).toBeGreaterThanOrEqual(0.995)
    expect(scoreOf(scores, 'all').precision).toBeGreaterThanOrEqual(0.995)
    expect(scoreOf(scores, 'all', 'rollcall', 'people').precision).toBeGreaterThanOrEqual(0.995)
    // The measure can tell: rules that are known to be worse score worse.
    expect(scoreOf(scores, 'all', 'user_id').recall).toBe(0)
    expect(scoreOf(scores, 'forwarded_link', 'e-mail only').precision).toBeLessThan(0.9)
    const rules = [...new Set(scores.scores.map(({ method }) => method))]
    for (const rule of rules.filter((name) => name !== 'rollcall'))
      expect(scoreOf(scores, 'all', rule).f1).toBeLessThan(scoreOf(scores, 'all').f1 as number)
  },
)

test('people whom rules cannot surely tell are linked where that is probable, and precision stays', {
  timeout: 120_000,
}, async () => {
  const scores = await scoresOf(2, 0.3)
  expect(scoreOf(scores, 'all').precision).toBeGreaterThanOrEqual(0.995)
  expect(scoreOf(scores, 'key_on_a_row').f1).toBeGreaterThanOrEqual(0.995)
  expect(scoreOf(scores, 'all', 'rollcall', 'people').precision).toBeGreaterThanOrEqual(0.995)
  // A rule cannot see that a turned round or shortened name is the same person's.
  for (const segment of ['respelled', 'respelled_no_key']) {
    const best = scoreOf(scores, segment, 'registrant, account, e-mail or name').recall as number
    expect(scoreOf(scores, segment).recall).toBeGreaterThan(best)
  }
  const probable = scores.reliability.filter(({ method }) => method === 'probable')
  expect(probable.length).toBeGreaterThan(0)
  for (const { right, meanConfidence } of probable) expect(right).toBeGreaterThan(meanConfidence - 0.1)
})
