import { shortId } from './ids.ts'
import type { Human, Registrant, RegistrantStatus, Webinar } from './model.ts'
import type { Prng } from './prng.ts'

const organizations = ['Acme', 'Lyceum', 'Northwind', 'Instituto Sol', '株式会社空', 'Müller & Söhne', '']
const jobTitles = ['Teacher', 'Engineer', 'Nurse', 'Analyst', 'Student', '']
const places = [
  ['Berlin', 'DE'],
  ['São Paulo', 'BR'],
  ['Denver', 'US'],
  ['Kyoto', 'JP'],
  ['Accra', 'GH'],
  ['', 'FR'],
] as const

/**
 * Signs up `humans` for a webinar (or one of its occurrences), in order. Members of the account sign up now and
 * then under their private address and join signed in: the row then shows another address than the form.
 */
export function register(
  prng: Prng,
  webinar: Webinar,
  humans: readonly Human[],
  status: RegistrantStatus,
  occurrenceId: string | null,
  before: number,
): Registrant[] {
  return humans.map((human, index) => {
    // The first member among them always does, so that the case exists.
    const isFirstMember = human.accountEmail !== null && humans.findIndex((h) => h.accountEmail) === index
    const isPrivate = human.accountEmail === null || isFirstMember || prng.chance(0.3)
    const address = isPrivate ? human.email : (human.accountEmail as string)
    const [city, country] = prng.pick(places)
    return {
      id: shortId(prng),
      human,
      email: typed(prng, address),
      status,
      createdAt: Math.max(webinar.createdAt + 60, before - prng.int(3_600, 20 * 86_400)),
      occurrenceId,
      trackingSourceId: prng.chance(0.5) ? prng.pick(webinar.trackingSources).id : null,
      answers: webinar.customQuestions.map((q) => ({ title: q.title, value: prng.pick(q.answers) })),
      organization: prng.pick(organizations),
      jobTitle: prng.pick(jobTitles),
      city,
      country,
      shuffle: prng.next(),
    }
  })
}

function typed(prng: Prng, address: string): string {
  if (prng.chance(0.05)) return address.replace(/(^|\.)[a-z]/g, (letter) => letter.toUpperCase())
  return prng.chance(0.01) ? `${address} ` : address
}
