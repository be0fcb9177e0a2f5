import type { JSX } from 'preact'
import { type AccountAnswer, fewest, type Wire } from '../../../answers.ts'
import { answerOf, isExport, prefetch, useAnswer } from '../data.ts'
import { count, length, percent, plural, rate, zone } from '../format.ts'
import { Figure, Figures, Status, useTitle, Waiting } from '../widgets.tsx'
import { AccountCharts } from './accountCharts.tsx'
import { AccountFilter } from './accountFilter.tsx'
import { AccountPeople } from './accountPeople.tsx'
import { BestAndWorst } from './bestAndWorst.tsx'
import { CompletenessCard } from './completeness.tsx'
import { WebinarsTable } from './webinarsTable.tsx'

type Account = Wire<AccountAnswer>

/** The whole account, or what the filter leaves of it. */
export function AccountView({ query }: { query: Record<string, string> }): JSX.Element {
  const { host, webinar, from, to } = query
  const loading = useAnswer<Account>('account', { host, webinar, from, to })
  prefetch('account/people', { host, webinar, from, to })
  useTitle('Attendance')
  const account = answerOf(loading)
  if (account === undefined) return <Waiting loading={loading} name="account" />
  return (
    <div class={loading.state === 'loading' ? 'stale' : undefined} aria-busy={loading.state === 'loading'}>
      <div class="heading">
        <h1>Attendance</h1>
        <AsOf account={account} />
      </div>
      <AccountFilter account={account} query={query} />
      <Totals account={account} query={{ host, webinar, from, to }} />
      <AccountCharts account={account} />
      <BestAndWorst webinars={account.webinars} />
      <WebinarsTable account={account} query={query} />
      <CompletenessCard completeness={account.completeness} />
      <p class="quiet end">
        Times are in {zone}; periods of charts and the days of the filter are UTC. A participant is one person
        in one instance of a webinar, in any role; who was there on two devices at once is counted once.
        {isExport && ` Figures about fewer than ${fewest} people are not shown.`}
      </p>
    </div>
  )
}

function AsOf({ account: { completeness } }: { account: Account }): JSX.Element {
  const lacking = completeness.statuses.filter(({ status }) => status !== 'complete' && status !== 'empty')
  const instances = lacking.reduce((sum, line) => sum + line.instances, 0)
  return (
    <p class="as-of">
      {instances === 0 ? (
        <Status status="complete" />
      ) : (
        <button type="button" class="plain lacking" onClick={toCompleteness}>
          {plural(instances, 'instance')} not complete
        </button>
      )}
      <span class="quiet">
        {' '}
        as of{' '}
        {completeness.capturedAt === null
          ? 'no reading yet'
          : new Date(completeness.capturedAt).toLocaleString(undefined, {
              dateStyle: 'medium',
              timeStyle: 'short',
            })}
      </span>
    </p>
  )
}

function toCompleteness(): void {
  const card = document.getElementById('completeness')
  card?.scrollIntoView({ behavior: 'smooth' })
  card?.focus({ preventScroll: true })
}

function Totals({
  account: { totals, periods },
  query,
}: {
  account: Account
  query: Record<string, string | undefined>
}): JSX.Element {
  const came = rate(totals.registrationsCame, totals.registrations)
  const average = totals.participants > 0 ? totals.presenceSeconds / totals.participants : null
  const signedUp = periods.reduce((sum, one) => sum + (one.registrations ?? 0), 0)
  return (
    <Figures>
      <Figure
        name="Participants"
        value={count(totals.participants)}
        note={`in ${plural(totals.instances, 'instance')} of ${plural(totals.webinars, 'webinar')}`}
      />
      <AccountPeople query={query} />
      <Figure
        name="Attendance rate"
        value={percent(came)}
        note={
          came === null
            ? 'nobody registered'
            : `${count(totals.registrationsCame)} of ${count(totals.registrations)} registrants`
        }
      />
      <Figure name="Registrations made" value={count(signedUp)} note="approved" />
      <Figure
        name="Average presence"
        value={length(average)}
        note={`${count(totals.presenceSeconds / 3600)} hours in all`}
      />
      <Figure name="Most at once" value={count(totals.peak)} note="in any one instance" />
    </Figures>
  )
}
