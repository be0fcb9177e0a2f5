import type { Human } from './model.ts'
import { normaliseName } from './names.ts'
import type { Prng } from './prng.ts'

const shortForms: Readonly<Record<string, string>> = {
  Samuel: 'Sam',
  Olivia: 'Liv',
  Isaac: 'Ike',
  David: 'Dave',
  Katerina: 'Katya',
  Dmitri: 'Dima',
  Tomasz: 'Tomek',
  Stefan: 'Stef',
  Viktor: 'Vik',
  Elena: 'Lena',
  Andrei: 'Andy',
  Mikael: 'Mika',
  Hannah: 'Hanna',
  Maria: 'Mia',
  Giulia: 'Giu',
}
const transliterations: Readonly<Record<string, string>> = {
  ü: 'ue',
  ö: 'oe',
  ä: 'ae',
  ø: 'oe',
  Ø: 'Oe',
  ł: 'l',
  Ł: 'L',
  ş: 'sh',
  ı: 'i',
  đ: 'd',
}

/**
 * The same person's name as another device or a hurried hand writes it: transliterated, turned round, shortened to
 * initials, a pet name, with a slip, or with something added. Never equal to the display name after normalisation.
 */
export function respell(prng: Prng, { firstName: first, lastName: last, name }: Human): string {
  const plain = normaliseName(name)
  const initial = ([...first][0] ?? '').toUpperCase()
  const options = [
    `${last}, ${first}`,
    `${initial}. ${last}`,
    `${first} ${[...last][0] ?? ''}.`,
    `${shortForms[first] ?? first} ${last}`,
    [...`${first} ${last}`].map((letter) => transliterations[letter] ?? letter).join(''),
    slip(prng, first, last),
    `${first} ${last} (Acme)`,
  ].filter((name) => normaliseName(name) !== plain && normaliseName(name) !== '')
  return prng.pick(options)
}

/** Two neighbouring letters swapped, one left out or one doubled. */
function slip(prng: Prng, first: string, last: string): string {
  const letters = [...last]
  if (letters.length < 4) return `${first} ${last}${letters.at(-1) ?? ''}`
  const at = prng.int(1, letters.length - 2)
  const [here, next] = [letters[at] as string, letters[at + 1] as string]
  const replaced = prng.pick([[next, here], [next], [here, here, next]])
  letters.splice(at, 2, ...replaced)
  return `${first} ${letters.join('')}`
}
