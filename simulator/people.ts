import { shortId } from './ids.ts'
import type { Human } from './model.ts'
import { firstNames, lastNames, middleNames } from './names.ts'
import type { Prng } from './prng.ts'

const mailDomains = ['example.com', 'example.org', 'mail.example', 'uni.example', 'firm.example']
const longName = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(6).trim()

/**
 * All humans the account ever meets: `memberCount` members of the account first, then the others. One in about
 * a hundred is a homonym of the one before.
 */
export function createPeople(prng: Prng, memberCount: number, count: number): Human[] {
  const pairs = firstNames.length * lastNames.length
  if (count > pairs * (middleNames.length + 1)) throw new RangeError(`no names for ${count} people`)
  // Coprime steps spread neighbours over the lists and visit every pair once.
  const step = coprimeStep(pairs, prng)
  const people: Human[] = []
  for (let i = 0; i < count; i++) {
    const isMember = i < memberCount
    const previous = people[i - 1]
    const isHomonym = !isMember && previous !== undefined && i > memberCount && i % 97 === 1
    const pair = (i * step) % pairs
    const middle = middleNames[Math.floor(i / pairs) - 1]
    const last = lastNames[Math.floor(pair / firstNames.length)] as string
    const firstOnly = firstNames[pair % firstNames.length] as string
    const firstName = middle === undefined ? firstOnly : `${firstOnly} ${middle}`
    const isSignedIn = isMember || prng.chance(0.12)
    const human: Human = {
      key: `human-${i}`,
      firstName,
      lastName: last,
      name: decorate(prng, firstName, last, i),
      email: `${slug(firstName)}.${slug(last)}.${i}@${prng.pick(mailDomains)}`,
      userId: isSignedIn ? shortId(prng) : null,
      accountEmail: isMember ? `${slug(firstName)}.${slug(last)}${i}@lyceum.example` : null,
      isHomonym,
    }
    if (isHomonym) {
      human.firstName = previous.firstName
      human.lastName = previous.lastName
      human.name = previous.name
      previous.isHomonym = true
    }
    people.push(human)
  }
  return people
}

function decorate(prng: Prng, first: string, last: string, i: number): string {
  const draw = prng.next()
  if (i % 301 === 300) return `${first} ${longName} ${last}`
  if (draw < 0.02) return `${first} ${last} 🎉`
  if (draw < 0.04) return `${first} ${last}, PhD`
  if (draw < 0.05) return `${first} "Sunny" ${last}`
  if (draw < 0.07) return `${first} ${last} (Acme)`
  return `${first} ${last}`
}

function slug(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
  return ascii === '' ? 'mail' : ascii
}

function coprimeStep(modulus: number, prng: Prng): number {
  const divides = (a: number, b: number): number => (b === 0 ? a : divides(b, a % b))
  let step = prng.int(Math.floor(modulus / 3), Math.floor(modulus / 2))
  while (divides(step, modulus) !== 1) step++
  return step
}
