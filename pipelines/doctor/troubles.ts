import { count } from '../terminal/format.ts'
import { type Finding, ok, skipped, warning } from './finding.ts'
import type { EmailCount, EmptyHanded, Symptoms } from './symptoms.ts'

/*
 * Answers to the three troubles users report most, given where their symptom is in the data.
 */

const examples_max = 3
const notYet = 'nothing was captured yet'

/** What to do, by how the best capture of an instance ended. */
const answers: Readonly<Record<string, string>> = {
  'not found':
    'a list named it, and every source answers that it does not exist: run the sync again; if it stays so, export the report in the portal and run rollcall import',
  failed: 'Zoom or the network failed: run the sync again, it reads them anew',
  'not ready': 'the report is not built yet (up to a day): the next sync reads it again',
  denied: 'a scope, plan or permission is missing: see the checks above',
  expired: "older than Zoom's API keeps: export it in the portal (15 months) and run rollcall import",
  partial:
    'Zoom says elsewhere that people came, but lists none: the next sync asks again, from every source',
}

/** "No participants found": a uuid or an id that leads nowhere, or a report that refuses. */
export function checkNoParticipants(symptoms: Symptoms): Finding {
  const { asked, emptyHanded, unknownWebinars } = symptoms
  if (asked === 0 && unknownWebinars.length === 0) return skipped('no_participants_found', notYet)
  if (emptyHanded.length === 0 && unknownWebinars.length === 0) {
    return ok(
      'no_participants_found',
      `of ${count(asked)} instances asked, each has participants or Zoom's word that nobody came`,
    )
  }
  const details = [...byCause(emptyHanded)].map(([cause, instances]) => {
    const shown = instances.slice(0, examples_max).map(({ uuid }) => uuid)
    const more = instances.length > examples_max ? ', …' : ''
    const what = instances.length === 1 ? 'instance' : 'instances'
    return `${count(instances.length)} ${what} ${cause} (${shown.join(', ')}${more}): ${answers[cause] ?? 'see rollcall status'}`
  })
  if (unknownWebinars.length > 0) {
    details.push(
      `Zoom knows no webinar ${unknownWebinars.slice(0, examples_max).join(', ')} in this account: compare the id with the webinar's page (it has 9 to 12 digits), and ZOOM_ACCOUNT_ID with the account it was held in`,
    )
  }
  const found = [
    emptyHanded.length > 0 &&
      `without participants: ${count(emptyHanded.length)} of ${count(asked)} instances asked`,
    unknownWebinars.length > 0 && `webinar ids unknown to Zoom: ${count(unknownWebinars.length)}`,
  ].filter((part) => part !== false)
  return warning('no_participants_found', found.join('; '), {
    cost: 'they count as missing, not as nobody',
    remedy:
      'Name webinars by their numeric id; rollcall finds the uuid of each instance and asks by that. In calls of your own: a numeric id answers for the latest instance only, and a uuid that begins with / or holds // has to be encoded twice, else Zoom answers 404 code 3001.',
    details,
  })
}

function byCause(instances: readonly EmptyHanded[]): Map<string, EmptyHanded[]> {
  const groups = new Map<string, EmptyHanded[]>()
  for (const instance of instances) {
    const isNotFound = instance.status === 'failed' && /: not_found\b/.test(instance.reason ?? '')
    const cause = isNotFound ? 'not found' : instance.status.replace('_', ' ')
    groups.set(cause, [...(groups.get(cause) ?? []), instance])
  }
  return groups
}

/**
 * "Rate limit exceeded": of the day, or of the second.
 * @param plan the finding on ZOOM_PLAN, the usual cause of the second kind
 */
export function checkRateLimitExceeded(symptoms: Symptoms, plan: Finding | undefined): Finding {
  const { limited, stoppedByQuota } = symptoms
  if (stoppedByQuota === null && limited === 0) {
    return symptoms.asked === 0
      ? skipped('rate_limit_exceeded', notYet)
      : ok('rate_limit_exceeded', 'no reading failed on a rate limit')
  }
  const details: string[] = []
  if (stoppedByQuota !== null) {
    details.push(
      'the quota of the day was spent: nothing is lost, run the sync again after 00:00 UTC, it goes on where it stopped; other apps of the account use the same quota',
    )
  }
  if (limited > 0) {
    details.push(
      `${count(limited)} readings failed although each was tried again with growing pauses: something asks too fast`,
    )
  }
  const isPlanWrong = plan?.verdict === 'warning' || plan?.verdict === 'problem'
  const ask = isPlanWrong
    ? `ZOOM_PLAN is the likely cause: ${plan.found}. ${plan.remedy ?? ''}`
    : 'Check that ZOOM_PLAN is the plan on the billing page (the limits hang on it), and which other apps use the account at the same time.'
  return warning(
    'rate_limit_exceeded',
    stoppedByQuota === null
      ? `${count(limited)} readings failed on a rate limit`
      : 'the last run stopped at the daily limit',
    { cost: 'those readings are missing until a later sync', remedy: ask.trim(), details },
  )
}

const warn_share = 0.1

/** "Missing e-mail data": how many, why Zoom hides them, and which setting helps. */
export function checkMissingEmails({ emails }: Symptoms): Finding {
  if (emails === null) return skipped('missing_email_data', 'there is no catalog yet (rollcall transform)')
  const all = sum(emails, 'participants')
  if (all === 0) return skipped('missing_email_data', notYet)
  const without = sum(emails, 'withoutEmail')
  const known = sum(emails, 'withoutEmailButKnown')
  const share = without / all
  const found = `${percent(share)} of participants have no e-mail (${count(without)} of ${count(all)})`
  if (share < warn_share) return ok('missing_email_data', found)
  const unregistered = emails.filter((one) => !one.hasRegistration)
  const past = emails.filter((one) => one.source === 'past_webinars')
  const details = [
    `${count(known)} of these are still recognised, by registration or Zoom account`,
    `in webinars without registration ${percent(ratio(unregistered))}, with registration ${percent(ratio(emails.filter((one) => one.hasRegistration)))}`,
  ]
  if (sum(past, 'participants') > 0) {
    details.push(
      `${count(sum(past, 'participants'))} participants come from past_webinars, which has no registrant ids: add the scope report:read:list_webinar_participants:admin`,
    )
  }
  return warning('missing_email_data', found, {
    cost: 'without e-mail, registration or account a person is recognised by name within one instance only',
    remedy:
      "Since March 2022 Zoom shows a guest's e-mail only if it was given in the registration, by a calendar invitation, external authentication or the host's own list; accounts with a BAA get none. Require registration, and switch on \"email in attendee report\" in the webinar's settings; it helps webinars held from then on.",
    details,
  })
}

function sum(counts: readonly EmailCount[], field: 'participants' | 'withoutEmail' | 'withoutEmailButKnown') {
  return counts.reduce((total, one) => total + one[field], 0)
}

function ratio(counts: readonly EmailCount[]): number | null {
  const all = sum(counts, 'participants')
  return all === 0 ? null : sum(counts, 'withoutEmail') / all
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
