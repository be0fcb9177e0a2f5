import { type DryRun, dryRun, type QuotaUse } from '../extract/dryRun/dryRun.ts'
import type { Why } from '../extract/settling.ts'
import { requireCredentials } from './config.ts'
import { routesJson } from './extractSummary.ts'
import type { GlobalOptions } from './globalOptions.ts'
import { refuseWhileBusy } from './lock.ts'
import { type NarrowOptions, narrowing } from './narrowing.ts'
import { reading } from './session.ts'
import { requireQuota } from './stages.ts'
import { count, elapsed } from './terminal/format.ts'
import type { Output } from './terminal/output.ts'

/** `--dry-run` of `sync` and `extract`: what would be read, and what it costs. Captures and writes nothing. */
export async function showDryRun(options: GlobalOptions & NarrowOptions & { full?: boolean }): Promise<void> {
  await reading(options, async ({ config, output, signal }) => {
    await refuseWhileBusy(config.dataDir)
    const what = { ...narrowing(options), mode: options.full ? ('full' as const) : ('incremental' as const) }
    requireQuota(config, what.quotaCap)
    output.progress('plan       looking for instances')
    const found = await dryRun(
      {
        ...requireCredentials(config),
        ...what,
        dataDir: config.dataDir,
        apiUrl: config.apiUrl,
        oauthUrl: config.oauthUrl,
        plan: config.plan,
        signal,
      },
      {
        onWait: (reason, untilMs) =>
          output.progress(
            `plan       waiting until ${new Date(untilMs).toISOString().slice(11, 19)} UTC: ${reason}`,
          ),
      },
    )
    output.json(dryRunJson(found))
    show(found, config.plan, output)
  })
}

/** What `--dry-run --json` promises. */
function dryRunJson({ plan, forecast, routes, ...found }: DryRun) {
  return {
    dryRun: true,
    resumes: found.resumes,
    discovery: { requests: found.discovery, routes: routesJson(routes) },
    capture: {
      instances: plan.instances.length,
      webinars: plan.webinars.length,
      readings: forecast.lines.reduce((all, line) => all + line.readings, 0),
      why: forecast.why,
      deferred: plan.deferred,
      knownInstances: plan.knownInstances,
      settledInstances: plan.settledInstances,
    },
    streams: forecast.lines,
    requests: found.requests,
    estimated: found.estimated,
    leastSeconds: Math.ceil(found.leastTimeMs / 1000),
    quotas: found.quotas,
    days: Number.isFinite(found.days) ? found.days : null,
  }
}

const reasons: Record<Why, string> = {
  new: 'new',
  unsettled: 'may still change',
  owed: 'failed before',
  refused: 'refused before',
  scope: 'opened by a new scope',
}

function show({ plan, forecast, ...found }: DryRun, planName: string, output: Output): void {
  if (found.resumes !== null) output.print(`Goes on with run ${found.resumes}`)
  const why = Object.entries(forecast.why).map(
    ([name, readings]) => `${count(readings)} ${reasons[name as Why]}`,
  )
  output.print(
    `To read      ${count(plan.instances.length)} of ${count(plan.knownInstances)} instances, ${count(plan.webinars.length)} webinars` +
      (why.length > 0 ? `; readings: ${why.join(', ')}` : ''),
  )
  if (plan.deferred > 0)
    output.print(
      `Not yet      ${count(plan.deferred)} readings that failed again and again (--full asks for them too)`,
    )
  if (forecast.lines.length > 0) {
    output.table(
      ['stream', 'source', 'readings', 'requests', 'not exact'],
      forecast.lines.map((line) => [
        line.stream,
        line.source,
        count(line.readings),
        count(line.requests),
        count((line.basis.reported ?? 0) + (line.basis.at_least_one ?? 0)),
      ]),
    )
  }
  output.print(`Looking      ${labelled(found.discovery)}; made now, and again by the sync`)
  const estimated = labelled(found.estimated)
  output.print(
    `In all       ${labelled(found.requests)}` +
      (estimated === 'no requests' ? '' : `; of these by estimate, from below: ${estimated}`),
  )
  output.print(
    planName === 'unlimited'
      ? 'Time         no limits are kept'
      : `Time         at least ${elapsed(found.leastTimeMs)} at the limits of the plan ${planName}`,
  )
  for (const quota of found.quotas) output.print(`Quota        ${quotaLine(quota)}`)
  if (found.quotas.length > 0) output.print(`Days         ${daysLine(found.days)}`)
  output.print('Nothing was captured or written.')
}

function labelled(requests: Readonly<Record<string, number>>): string {
  const named = Object.entries(requests)
    .filter(([, made]) => made > 0)
    .map(([label, made]) => `${count(made)} ${label.replace('_', '-')}`)
  return named.length === 0 ? 'no requests' : named.join(', ')
}

function quotaLine({ labels, requests, ceiling, usedToday, needed }: QuotaUse): string {
  const whose = labels.join(' and ').replaceAll('_', '-')
  const of =
    requests === null ? '' : ` of ${count(requests)} a day (${((100 * needed) / requests).toFixed(1)} %)`
  const cap = ceiling === (requests ?? Number.NaN) ? '' : `, of which ${count(ceiling)} may be used`
  return `${count(needed)} ${whose} requests${of}${cap}; ${count(usedToday)} used today`
}

function daysLine(days: number): string {
  if (!Number.isFinite(days)) return 'never: the share does not even suffice for looking for instances'
  return days === 1
    ? 'done today'
    : `about ${count(days)}: each run takes what is left of its day, newest first`
}
