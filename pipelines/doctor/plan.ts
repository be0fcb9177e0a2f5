import { ZoomError } from '../../extract/zoom/errors.ts'
import type { AnswerHead } from '../../extract/zoom/exchange.ts'
import { type Plan, planLimits, rateLabels } from '../../extract/zoom/plans.ts'
import type { ZoomFacts } from './askZoom.ts'
import { type Finding, ok, problem, skipped, warning } from './finding.ts'

const plansOfZoom = ['free', 'pro', 'business'] as const

/** The plan whose quota stands in Zoom's rate-limit headers; null where they are missing or fit several plans. */
function planInHeaders(heads: readonly AnswerHead[]): Plan | null {
  const fitting = heads.flatMap(({ headers }) => {
    const category = String(headers['x-ratelimit-category'] ?? '').toLowerCase()
    const label = rateLabels.find((one) => one.replace('_', '-') === category)
    const limit = Number(headers['x-ratelimit-limit'])
    if (label === undefined || !(limit > 0) || !/qps/i.test(String(headers['x-ratelimit-type'] ?? '')))
      return []
    const found = plansOfZoom.filter((plan) => planLimits[plan].rates[label]?.requests === limit)
    return found.length === 1 ? found : []
  })
  const plans = new Set(fitting)
  return plans.size === 1 ? (fitting[0] as Plan) : null
}

/** Zoom's text for an account without a paid plan; the one about dashboards and hosts' add-ons is another matter. */
const isUnpaid = (error: unknown) =>
  error instanceof ZoomError &&
  error.meaning === 'missing_plan' &&
  /only available for paid (or zmp )?(account|user)/i.test(error.zoomMessage ?? '')

/** Whether ZOOM_PLAN says what Zoom says. */
export function checkPlan(
  facts: Pick<ZoomFacts, 'dashboard' | 'reach'>,
  heads: readonly AnswerHead[],
  plan: Plan,
  isPlanSet: boolean,
): Finding {
  const named = isPlanSet ? `ZOOM_PLAN is ${plan}` : `ZOOM_PLAN is not set, so ${plan} is assumed`
  if (isUnpaid(facts.reach)) {
    return problem('plan', `the account has no paid plan: Zoom refuses its reports (${named})`, {
      cost: 'reports of participants need Pro or higher and the webinar add-on; webinars held before an upgrade get none',
      remedy: 'Check the account in ZOOM_ACCOUNT_ID; a free one can only be read with rollcall import.',
    })
  }
  if (plan === 'unlimited') return ok('plan', `${named}: no limit is kept, as for the simulator`)
  const real = planInHeaders(heads)
  if (real !== null && real !== plan)
    return wrongPlan(named, `Zoom's headers show the quotas of ${real}`, plan, real)
  if (real === plan) return ok('plan', `${named}, as Zoom's headers say`)
  if (facts.dashboard === 'open' && plan !== 'business') {
    return wrongPlan(named, 'but the dashboard is open, which only Business or higher has', plan, 'business')
  }
  if (
    plan === 'business' &&
    facts.dashboard instanceof ZoomError &&
    facts.dashboard.meaning === 'missing_plan'
  ) {
    return warning('plan', `${named}, but the dashboard is refused for the plan`, {
      cost: 'if the account is a Pro one, rollcall asks four times as fast as Zoom allows, which shows as "rate limit exceeded"',
      remedy: 'Compare ZOOM_PLAN with the billing page. On Business, switch the Dashboard feature on.',
    })
  }
  if (plan === 'free')
    return warning('plan', `${named}, but Zoom gives reports, which free accounts do not have`, {
      cost: 'the quotas of free accounts are kept: a sync takes ten times as long',
      remedy: 'Set ZOOM_PLAN to the plan on the billing page.',
    })
  return ok('plan', `${named}; Zoom's answers do not contradict it`)
}

function wrongPlan(named: string, why: string, plan: string, real: Plan): Finding {
  const order: readonly string[] = plansOfZoom
  const isTooFast = order.indexOf(plan) > order.indexOf(real)
  return warning('plan', `${named}; ${why}`, {
    cost: isTooFast
      ? 'rollcall asks faster than Zoom allows, which shows as "rate limit exceeded"'
      : 'rollcall asks slower than Zoom allows: a sync takes longer than it has to',
    remedy: `Set ZOOM_PLAN=${real}.`,
  })
}

/** Whether somebody in the account may host webinars. */
export function checkWebinarAddon({ users, hosts }: Pick<ZoomFacts, 'users' | 'hosts'>): Finding {
  if (users instanceof ZoomError) {
    return skipped('webinar_addon', `the account's users cannot be listed (${users.meaning})`, {
      remedy: users.remedy,
    })
  }
  const refused = hosts.filter((one) => one instanceof ZoomError)
  if (hosts.includes(null))
    return ok('webinar_addon', 'a host has the webinar add-on, and webinars can be listed')
  const [other] = refused.filter((one) => one.meaning !== 'missing_plan')
  if (other) {
    return skipped('webinar_addon', `hosts' webinars cannot be listed (${other.meaning})`, {
      remedy: other.remedy,
    })
  }
  return warning(
    'webinar_addon',
    `none of ${refused.length} users asked (of ${users.length}) has the webinar add-on`,
    {
      cost: 'no scheduled webinars and no registrants of them; reports of past webinars remain',
      remedy:
        'If webinars are held, check that ZOOM_ACCOUNT_ID is the account they are held in, and who is licensed.',
    },
  )
}

/** Whether the dashboard can be asked; without it rollcall works, with fewer routes. */
export function checkDashboard({ dashboard }: Pick<ZoomFacts, 'dashboard'>): Finding {
  if (dashboard === 'open') return ok('dashboard', 'the dashboard can be asked')
  const cost =
    'instances of a single participant, roles and a third source of participants are missing; nothing else is'
  if (dashboard.meaning === 'missing_plan') {
    return warning('dashboard', 'the plan does not have it, or the Dashboard feature is off', {
      cost,
      remedy:
        'Nothing, if the plan is below Business; else switch the Dashboard feature on in the account settings.',
    })
  }
  return warning('dashboard', `the dashboard is refused (${dashboard.meaning})`, {
    cost,
    remedy: dashboard.remedy,
  })
}
