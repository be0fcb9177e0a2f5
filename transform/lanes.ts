/**
 * Does works that wait for each other, one at a time in each lane: whichever lane is free takes the first whose needs
 * are done. Where one fails, no other is begun, and those begun come to their end before it throws.
 * @param works in an order in which they could be done one by one
 * @param needs by work: what has to be done before; what is no work counts as done
 * @param share told how many lanes will be at work, whenever that may have changed, before any of them begins
 */
export async function workInLanes<Lane>(
  works: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
  lanes: readonly Lane[],
  work: (name: string, lane: Lane) => Promise<void>,
  share: (busy: number) => Promise<void> = async () => {},
): Promise<void> {
  const waiting = new Set(works)
  const undone = new Set(works)
  const free = [...lanes]
  const begun = new Set<Promise<void>>()
  const failures: unknown[] = []

  const begin = (name: string, lane: Lane) => {
    const ended = work(name, lane)
      .then(() => undone.delete(name))
      .catch((error) => failures.push(error))
      .then(() => {
        begun.delete(ended)
        free.push(lane)
      })
    begun.add(ended)
  }

  const choose = (): string | undefined => {
    const isReady = (name: string) => !(needs.get(name) ?? []).some((need) => undone.has(need))
    const next = [...waiting].find(isReady)
    if (next !== undefined) waiting.delete(next)
    return next
  }

  for (;;) {
    const chosen: string[] = []
    while (chosen.length < free.length && failures.length === 0) {
      const next = choose()
      if (next === undefined) break
      chosen.push(next)
    }
    const busy = begun.size + chosen.length
    if (busy === 0) break
    await share(busy).catch((error) => failures.push(error))
    if (failures.length === 0) for (const name of chosen) begin(name, free.shift() as Lane)
    // While the lanes were told, all that was begun may have ended.
    if (begun.size > 0) await Promise.race(begun)
  }
  await share(0).catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  if (waiting.size > 0) throw new Error(`these wait for each other: ${[...waiting].join(', ')}`)
}
