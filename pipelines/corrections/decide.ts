import type { Correction, CorrectionEffect, CorrectionTarget } from '../../transform/corrections.ts'
import { UsageError } from '../cliError.ts'
import { type Cause, causeOf } from './causes.ts'
import { Clusters } from './clusters.ts'
import type { SaidCorrection } from './file.ts'
import { apart, parseReference, type Reference, referenceForms, targetText } from './references.ts'
import { targetsOfIds } from './targets.ts'

type Resolved = SaidCorrection & { oneIs: CorrectionTarget[]; otherIs: CorrectionTarget[] }

/**
 * What the lines of a corrections file do, told once from the catalog of today and then kept: a participant's id may
 * change, its key does not. A reference or decision that `earlier` has too keeps what it meant then.
 *
 * - `one`: both sides' keys or rows join.
 * - `not one` with one side: several people share the key; or the row is not what the rules make of it.
 * - `not one` with two sides: rows are parted from what they are with; of keys, what connects the two today is shared.
 *   Where nothing does, the line is kept and checked after each build.
 *
 * @throws {UsageError} naming every line that names nobody, is ambiguous, or contradicts another, with the chain
 */
export async function decide(
  dataDir: string,
  file: string,
  said: readonly SaidCorrection[],
  earlier: readonly Correction[],
): Promise<Correction[]> {
  const resolved = await resolve(dataDir, file, said, earlier)
  const clusters = new Clusters()
  for (const each of resolved) {
    if (each.decision === 'one') clusters.join([...each.oneIs, ...each.otherIs], each.line)
    else clusters.join(partedRows(each), each.line)
  }
  refuseContradictions(file, resolved, clusters)
  const mistakes: string[] = []
  const corrections: Correction[] = []
  for (const each of resolved) {
    const kept =
      earlier.find((one) => isSame(one, each))?.effects.filter(({ action }) => action !== 'join') ?? []
    const found = await effectsOf(dataDir, each, clusters)
    if (typeof found === 'string') mistakes.push(`${file}, line ${each.line}: ${found}`)
    else corrections.push(correctionOf(each, [...found, ...kept]))
  }
  mistakes.push(...sharedAndJoined(file, corrections))
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'))
  return corrections
}

async function resolve(
  dataDir: string,
  file: string,
  said: readonly SaidCorrection[],
  earlier: readonly Correction[],
): Promise<Resolved[]> {
  const known = new Map<string, CorrectionTarget[]>()
  for (const { one, one_is, other, other_is } of earlier) {
    known.set(one, one_is)
    if (other !== null) known.set(other, other_is)
  }
  const mistakes: string[] = []
  const asked: Extract<Reference, { id: string }>[] = []
  const parsed = new Map<string, Reference>()
  for (const { line, one, other } of said) {
    for (const text of other === null ? [one] : [one, other]) {
      const reference = parseReference(text)
      if (typeof reference === 'string') mistakes.push(`${file}, line ${line}: ${reference}`)
      else parsed.set(text, reference)
      if (typeof reference === 'object' && 'id' in reference && !known.has(text)) asked.push(reference)
    }
  }
  const found = await targetsOfIds(dataDir, asked)
  const targetsOf = (text: string, line: number): CorrectionTarget[] => {
    const reference = parsed.get(text)
    if (reference === undefined) return []
    if (!('id' in reference)) return [reference]
    const targets = known.get(text) ?? found.get(`${reference.kind}:${reference.id}`)
    if (targets === undefined)
      mistakes.push(
        `${file}, line ${line}: no ${reference.kind} has the id ${reference.id}. Ids are in marts.zoom_${reference.kind === 'person' ? 'people' : 'participants'}; a key (${referenceForms}) never changes.`,
      )
    return targets ?? []
  }
  const resolved = said.map((each) => ({
    ...each,
    oneIs: targetsOf(each.one, each.line),
    otherIs: each.other === null ? [] : targetsOf(each.other, each.line),
  }))
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'))
  return resolved
}

/** Throws where lines that say `one` make one of what another says is not. */
function refuseContradictions(file: string, resolved: readonly Resolved[], clusters: Clusters): void {
  const mistakes = resolved.flatMap(({ decision, line, one, other, oneIs, otherIs }) => {
    if (decision === 'one' || other === null) return []
    if (one === other) return [`${file}, line ${line}: ${one} cannot be other than itself`]
    const [left, right] = apart(oneIs, otherIs)
    const chains = left.flatMap((from) => right.map((to) => clusters.chain(from, to)))
    const chain = chains.find((found) => found !== null && found !== '')
    return chain === undefined
      ? []
      : [`${file}, line ${line}: ${one} and ${other} are said not to be one, but ${chain}`]
  })
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'))
}

async function effectsOf(
  dataDir: string,
  { decision, one, other, oneIs, otherIs }: Resolved,
  clusters: Clusters,
): Promise<CorrectionEffect[] | string> {
  const joined = (targets: readonly CorrectionTarget[]) =>
    targets.map((target) => ({ ...target, action: 'join' as const, cluster: clusters.nameOf(target) }))
  const acted = (action: 'share' | 'part', targets: readonly CorrectionTarget[]) =>
    targets.map((target) => ({ ...target, action, cluster: null }))
  if (decision === 'one') return joined([...oneIs, ...otherIs])
  const rows = partedRows({ oneIs, otherIs })
  if (rows.length > 0) return [...acted('part', rows), ...(rows.length > 1 ? joined(rows) : [])]
  const [left, right] = [oneIs[0], otherIs[0]]
  if (left === undefined) return []
  if (right === undefined) {
    return /^(participant|person):/.test(one)
      ? `say in the column "other" who ${one} is not`
      : acted('share', [left])
  }
  if (targetText(left) === targetText(right)) return acted('share', [left])
  return sharedBy(await causeOf(dataDir, left, right), one, other ?? '')

  function sharedBy(cause: Cause, from: string, to: string): CorrectionEffect[] | string {
    switch (cause.kind) {
      case 'none':
        return []
      case 'shared':
        return acted('share', cause.keys)
      case 'chain':
        return `${from} and ${to} are one through ${cause.chain.join(' – ')}. Say which of these several people use, with a line such as: not one,${cause.chain[cause.chain.length > 2 ? 1 : 0]},`
      default:
        throw new TypeError(`unknown cause ${cause satisfies never}`)
    }
  }
}

/** Of sides that are not one, the rows that are parted from what they are with; of two, those that are fewer. */
function partedRows({ oneIs, otherIs }: Pick<Resolved, 'oneIs' | 'otherIs'>): CorrectionTarget[] {
  const [fewer, more] = oneIs.length < otherIs.length ? [oneIs, otherIs] : [otherIs, oneIs]
  return [fewer, more].find((side) => side[0]?.kind === 'row') ?? []
}

function isSame(earlier: Correction, { decision, one, other }: SaidCorrection): boolean {
  return earlier.decision === decision && earlier.one === one && earlier.other === other
}

/** Each effect once; an order that does not depend on where it was found. */
function correctionOf({ oneIs, otherIs, ...said }: Resolved, effects: CorrectionEffect[]): Correction {
  const byText = new Map(effects.map((effect) => [`${effect.action} ${targetText(effect)}`, effect]))
  const sorted = [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, effect]) => effect)
  return { ...said, one_is: oneIs, other_is: otherIs, effects: sorted }
}

/** A key cannot stand for one person in one line and for several in another. */
function sharedAndJoined(file: string, corrections: readonly Correction[]): string[] {
  const shared = new Map<string, number>()
  for (const { line, effects } of corrections)
    for (const effect of effects) if (effect.action === 'share') shared.set(targetText(effect), line)
  return corrections.flatMap(({ line, effects }) =>
    effects
      .filter((effect) => effect.action === 'join' && shared.has(targetText(effect)))
      .map(
        (effect) =>
          `${file}, line ${line}: takes ${targetText(effect)} for one person, but by line ${shared.get(targetText(effect))} several people use it. Name the person by something else, such as participant:UUID.`,
      ),
  )
}
