import { isKept, isTable, type Model } from './models.ts'

/*
 * What there is to build, in which order. A history that does not fit into memory is built in batches of webinars: nearly
 * every model says of a webinar what its own captures say, as a build of what is new relies on, too. The others look at
 * all webinars at once, so that models are built in turns:
 *
 *   models of a webinar, batch by batch ──united──▶ models over all ──▶ models of a webinar that read these, …
 */

/**
 * Models whose rows depend on more than one webinar, what was read until when, and who is who; and the one that counts
 * what is in the catalog by then. None of them knows anything by a number that is of its batch.
 */
const overAll: ReadonlySet<string> = new Set([
  'staging.reading_times',
  'staging.key_arrivals',
  'intermediate.person_keys_dated',
  'intermediate.person_keys_grouped',
  'intermediate.person_keys_identified',
  'intermediate.person_appearances',
  'marts.zoom_people',
  'marts.zoom_person_aliases',
  'marts.zoom_webinars',
])

export interface Work {
  /** The model's; of a batch `<model>@<batch>`. */
  name: string
  model: Model
  /** Of which batch it builds the model; null where of all webinars. */
  batch: number | null
  /** Shows what all batches have come to as one; builds nothing. */
  isUnion: boolean
  /** The works and raw tables it reads. */
  reads: readonly string[]
  /** The works that have to be done before: what it reads, and who begins a table that it adds to. */
  needs: readonly string[]
}

/**
 * @param models in the order in which they can be built
 * @param readsOf by name of a model: what it reads
 * @param readLater names of models that are read after all is built
 * @param batches how many; with one, every model is built in one go
 * @returns works in an order in which they can be done
 */
export function worksOf(
  models: readonly Model[],
  readsOf: ReadonlyMap<string, readonly string[]>,
  readLater: Iterable<string>,
  batches: number,
): Work[] {
  const reads = (model: Model) => readsOf.get(model.name) ?? []
  const whole = (model: Model): Work => {
    const { name } = model
    return { name, model, batch: null, isUnion: false, reads: reads(model), needs: reads(model) }
  }
  if (batches <= 1) return models.map(whole)
  const numbers = Array.from({ length: batches }, (_, at) => at + 1)
  const byName = new Map(models.map((model) => [model.name, model]))
  const isOfBatch = (name: string) => byName.has(name) && !overAll.has(name)
  const turns = turnsOf(models, reads)
  const united = readAsOne(models, reads, readLater)

  const inBatch = (model: Model, batch: number): Work => {
    const read = reads(model).map((name) => (isOfBatch(name) ? `${name}@${batch}` : name))
    const needs = batch === 1 ? read : [...read, `${model.name}@1`]
    return { name: `${model.name}@${batch}`, model, batch, isUnion: false, reads: read, needs }
  }
  const union = (model: Model): Work => {
    const { name } = model
    const parts = numbers.map((batch) => `${name}@${batch}`)
    // A view is the same one over all; what is kept has been put together already, and its parts may go.
    const needs = isTable(model) ? parts : reads(model)
    return {
      name,
      model,
      batch: null,
      isUnion: true,
      reads: isTable(model) && isKept(model) ? [] : needs,
      needs,
    }
  }
  const lastTurn = Math.max(...turns.values())
  return Array.from({ length: lastTurn + 2 }, (_, at) => at - 1).flatMap((turn) => {
    const now = models.filter(({ name }) => turns.get(name) === turn)
    const ofBatches = now.filter(({ name }) => isOfBatch(name))
    return [
      ...numbers.flatMap((batch) => ofBatches.map((model) => inBatch(model, batch))),
      ...ofBatches.filter(({ name }) => united.has(name)).map(union),
      ...now.filter(({ name }) => !isOfBatch(name)).map(whole),
    ]
  })
}

/** By model: in which turn it is built; -1 where it is over all and reads no model of a batch. */
function turnsOf(models: readonly Model[], reads: (model: Model) => readonly string[]): Map<string, number> {
  const turns = new Map<string, number>()
  for (const model of models) {
    const isOverAll = overAll.has(model.name)
    const after = reads(model).map((name) => {
      const turn = turns.get(name) ?? -1
      return overAll.has(name) && !isOverAll ? turn + 1 : turn
    })
    turns.set(model.name, Math.max(isOverAll ? -1 : 0, ...after))
  }
  return turns
}

/** What somebody reads as one; what a view reads is read with it. */
function readAsOne(
  models: readonly Model[],
  reads: (model: Model) => readonly string[],
  readLater: Iterable<string>,
): Set<string> {
  const wanted = new Set(readLater)
  for (const model of models.toReversed()) {
    const isSeenThrough = wanted.has(model.name) && !isTable(model)
    if (overAll.has(model.name) || isSeenThrough) for (const name of reads(model)) wanted.add(name)
  }
  return wanted
}
