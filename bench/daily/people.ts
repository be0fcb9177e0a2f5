import type { Shape } from './shape.ts'

/*
 * Who comes. A day has to be the same day on any history, or two of them could not be compared; drawn from all people by
 * chance, the larger a history the fewer come twice. So people are numbered and stand in strata, a webinar has a circle
 * of one of each stratum, and who comes is chosen by stratum: as many different people, as many of them known to the
 * webinar, whatever the history. Of the new instance's people 87 came with rows that share no key, so that they count as
 * two participants: the same on any history.
 */

/** People of a webinar's circle; so many strata there are. */
const strata = 2_500
/** The fewest people with whom a stratum has somebody who is not of the circle. */
export const peopleMin = 2 * strata
/** People of an instance of the history. Its registrants are those of its first instance. */
export const peopleOfInstance = 250
/** People of the new instance, half of them not of the circle. */
export const newPeople = 2_000

/** SQL of the `k`th person of instance `i` of webinar `w`, columns: one of ten of the circle. */
export function personOfInstance(shape: Shape, i: string, w: string, k: string): string {
  const perPerson = strata / peopleOfInstance
  return memberOf(shape, w, `(${k} * ${perPerson} + (hash(${i}, ${k}) % ${perPerson})::bigint)`)
}

/** SQL of the `k`th person of the new instance of webinar `w`: 1,000 of the circle, then 1,000 others. */
export function newPerson(shape: Shape, w: string, k: string): string {
  const width = widthOf(shape)
  const other = `(hash(${w}, ${k}) % ${width} + 1 + hash(${w}, ${k}, 'other') % ${width - 1}) % ${width}`
  return `case when ${k} < ${newPeople / 2} then ${memberOf(shape, w, k)} else ${k} * ${width} + (${other})::bigint end`
}

/** SQL of who stands in the slot `s` of the circle of webinar `w`. */
function memberOf(shape: Shape, w: string, s: string): string {
  const width = widthOf(shape)
  return `(${s} * ${width} + (hash(${w}, ${s}) % ${width})::bigint)`
}

const widthOf = ({ people }: Shape) => Math.floor(people / strata)
