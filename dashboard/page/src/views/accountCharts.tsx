import type { JSX } from 'preact'
import type { AccountAnswer, Wire } from '../../../answers.ts'
import { Chart, type Plots } from '../chart.tsx'
import { count, percent, period, plural, rate, rounded } from '../format.ts'
import { PeopleChart } from './accountPeople.tsx'

type Account = Wire<AccountAnswer>

/** The account over time. */
export function AccountCharts({ account }: { account: Account }): JSX.Element {
  const { step, periods, filter } = account
  const ran = periods.filter((line) => line.instances > 0 && line.participants !== null)
  const signedUp = periods.filter((line) => (line.registrations ?? 0) > 0)
  const invited = periods.filter((line) => (line.invited ?? 0) > 0 && line.invitedCame !== null)
  const starts = periods.map((line) => new Date(line.start))
  const spanOf = (plots: Plots) => plots.spanOf(starts, step)
  return (
    <>
      <h2>Over time</h2>
      <div class="grid">
        <Chart
          title="Participants"
          note={`By ${step} of the instance.`}
          summary={`Bars of participants by ${step}. ${count(account.totals.participants)} in all.`}
          empty="Nothing ran in this time."
          of={account}
          draw={(plots, width) =>
            plots.periods(
              ran.map((line) => ({
                start: new Date(line.start),
                value: line.participants ?? 0,
                title: `${period(line.start, step)}\n${count(line.participants)} participants\n${plural(line.instances, 'instance')}`,
              })),
              step,
              width,
              spanOf(plots),
            )
          }
          head={[step, 'instances', 'participants']}
          rows={ran.map((line) => [line.start.slice(0, 10), line.instances, line.participants])}
        />
        <PeopleChart query={{ ...filter }} starts={starts} />
        <Chart
          title="Registrations"
          note={`Approved, by ${step} they were made.`}
          summary={`Bars of registrations by ${step}.`}
          empty="Nobody registered in this time."
          of={account}
          draw={(plots, width) =>
            plots.periods(
              signedUp.map((line) => ({
                start: new Date(line.start),
                value: line.registrations ?? 0,
                title: `${period(line.start, step)}\n${plural(line.registrations ?? 0, 'registration')}`,
              })),
              step,
              width,
              spanOf(plots),
            )
          }
          head={[step, 'registrations']}
          rows={signedUp.map((line) => [line.start.slice(0, 10), line.registrations])}
        />
        <Chart
          title="Registrants who came"
          note="Percent of those registered, to each instance they could have come to."
          summary={`A line of the percentage of registrants who came, by ${step}.`}
          empty="No instance with registration in this time."
          of={account}
          draw={(plots, width) =>
            plots.percents(
              invited.map((line) => ({
                start: new Date(line.start),
                value: rate(line.invitedCame, line.invited) ?? 0,
                title: `${period(line.start, step)}\n${percent(rate(line.invitedCame, line.invited))}\n${count(line.invitedCame)} of ${count(line.invited)}`,
              })),
              width,
              spanOf(plots),
            )
          }
          head={[step, 'registered', 'came', 'percent']}
          rows={invited.map((line) => [
            line.start.slice(0, 10),
            line.invited,
            line.invitedCame,
            rounded(rate(line.invitedCame, line.invited) ?? 0),
          ])}
        />
      </div>
    </>
  )
}
