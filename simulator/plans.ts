import type { Plan } from './limits.ts'
import type { Route } from './route.ts'

const ranks: Readonly<Record<Plan, number>> = { free: 0, pro: 1, business: 2 }

/**
 * What a plan that is too small is told: code 200, for dashboards partly under HTTP 200, so that a client that
 * looks at the status alone takes it for an answer. Null where the plan will do.
 */
export function needPlan(
  route: Route,
  plan: Plan,
  accountId: string,
): { status: number; body: object } | null {
  if (ranks[plan] >= ranks[route.plan]) return null
  if (route.plan !== 'business')
    return {
      status: 400,
      body: { code: 200, message: `Only available for Paid or ZMP account: ${accountId}.` },
    }
  if (route.name === '/metrics/webinars')
    return {
      status: 200,
      body: {
        code: 200,
        message: 'Only available for paid accounts that have enabled the Dashboard feature.',
      },
    }
  return {
    status: route.name.endsWith('/participants') ? 200 : 400,
    body: {
      code: 200,
      message:
        'This API is only available for ZMP and Business or higher accounts that have enabled the Dashboard feature.',
    },
  }
}
