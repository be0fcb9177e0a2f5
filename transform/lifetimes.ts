/**
 * After which table others are read for the last time, so that they can make room.
 * @param order names in the order in which they are built
 * @param reads what each of them reads; names that are not in `order` are left out
 * @param isView those that read what they read each time they are read themselves
 * @param readLater read after all is built
 * @returns by name: what nothing reads any more once it is built, sorted. What nobody reads at all is not in it
 */
export function lastReads(
  order: readonly string[],
  reads: ReadonlyMap<string, readonly string[]>,
  isView: (name: string) => boolean,
  readLater: ReadonlySet<string>,
): Map<string, string[]> {
  const never = order.length
  const places = new Map(order.map((name, place) => [name, place]))
  const lastRead = new Map<string, number>()
  // Backwards, so that who reads a view is known before what the view reads.
  for (const name of order.toReversed()) {
    const own = places.get(name) as number
    const until = isView(name) ? Math.max(own, lastRead.get(name) ?? own) : own
    const place = isView(name) && readLater.has(name) ? never : until
    for (const read of reads.get(name) ?? []) {
      lastRead.set(read, Math.max(place, lastRead.get(read) ?? place))
    }
  }
  const last = new Map<string, string[]>()
  for (const [name, place] of [...lastRead].sort()) {
    const reader = order[place]
    if (reader === undefined || readLater.has(name) || !places.has(name)) continue
    last.set(reader, [...(last.get(reader) ?? []), name])
  }
  return last
}
