import type { Instance, Row } from './model.ts'
import type { Prng } from './prng.ts'

/**
 * Puts an instance's rows in the order they are served and numbers the joins. Exact duplicates repeat a row with
 * its number, half of them next to it, the others at the very end, so that pages part them.
 */
export function seatRows(
  prng: Prng,
  instance: Instance,
  inVain: readonly Row[],
  hasDuplicates: boolean,
): void {
  const rows = [...inVain]
  for (const participant of instance.participants) rows.push(...participant.rows)
  // Sorting is stable, so ties keep the order of generation.
  rows.sort((a, b) => a.join - b.join)
  const seated: Row[] = []
  const late: Row[] = []
  const share = hasDuplicates ? Math.max(0.01, 3 / Math.max(1, rows.length)) : 0
  let isFirst = hasDuplicates
  for (const [index, row] of rows.entries()) {
    row.order = index + 1
    seated.push(row)
    if (row.isWaiting || !hasDuplicates || !(isFirst || prng.chance(share))) continue
    const copy = { ...row, isDuplicate: true }
    row.participant?.rows.push(copy)
    if (isFirst || prng.chance(0.5)) late.push(copy)
    else seated.push(copy)
    isFirst = false
  }
  instance.rows = [...seated, ...late]
}
