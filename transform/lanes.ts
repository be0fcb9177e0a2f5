/**
 * Does works that wait for each other, one at a time in each lane: whichever lane is free takes the first whose needs
 * are done. Where one fails, no other is begun, and those begun come to their end before it throws.
 * @param works in an order in which they could be done one by one
 * @param needs by work: what has to be done before; what is no work counts as done
 */
export async function workInLanes<Lane>(
  works: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
  lanes: readonly Lane[],
  work: (name: string, lane: Lane) => Promise<void>,
): Promise<void> {
  const waiting = new Set(works)
  const undone = new Set(works)
  const free = [...lanes]
  const begun = new Set<Promise<void>>()
  const failures: unknown[] = []

  const begin = (name: string, lane: Lane) => {
    waiting.delete(name)
    const ended = work(name, lane)
      .then(() => undone.delete(name))
      .catch((error) => failures.push(error))
      .then(() => {
        begun.delete(ended)
        free.push(lane)
      })
    begun.add(ended)
  }

  for (;;) {
    while (free.length > 0 && failures.length === 0) {
      const next = [...waiting].find((name) => !(needs.get(name) ?? []).some((need) => undone.has(need)))
      if (next === undefined) break
      begin(next, free.shift() as Lane)
    }
    if (begun.size === 0) break
    await Promise.race(begun)
  }
  if (failures.length > 0) throw failures[0]
  if (waiting.size > 0) throw new Error(`these wait for each other: ${[...waiting].join(', ')}`)
}
