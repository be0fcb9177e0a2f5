import type { CorrectionTarget } from '../../transform/corrections.ts'
import { shortestChain } from './causes.ts'
import { targetText } from './references.ts'

/** What decisions make one: a graph of targets, each edge with the line that says it. */
export class Clusters {
  readonly #neighbours = new Map<string, Set<string>>()
  readonly #lines = new Map<string, number>()

  /** Notes that all of `targets` are one, because `line` says so. */
  join(targets: readonly CorrectionTarget[], line: number): void {
    const [first, ...others] = targets.map(targetText)
    if (first === undefined) return
    for (const other of others) {
      this.#link(first, other, line)
      this.#link(other, first, line)
    }
  }

  /** How the decisions make one of two targets, in words, or null where they do not. */
  chain(one: CorrectionTarget, other: CorrectionTarget): string | null {
    const chain = shortestChain(this.#neighbours, targetText(one), targetText(other), new Set())
    return (
      chain
        ?.slice(1)
        .map((to, index) => `${chain[index]} = ${to} (line ${this.#lines.get(`${chain[index]}\n${to}`)})`)
        .join(', ') ?? null
    )
  }

  /** The name of all that is one with a target: the smallest text among them. */
  nameOf(target: CorrectionTarget): string {
    const members = new Set([targetText(target)])
    for (const member of members) for (const next of this.#neighbours.get(member) ?? []) members.add(next)
    return [...members].sort()[0] as string
  }

  #link(from: string, to: string, line: number): void {
    this.#neighbours.set(from, (this.#neighbours.get(from) ?? new Set()).add(to))
    if (!this.#lines.has(`${from}\n${to}`)) this.#lines.set(`${from}\n${to}`, line)
  }
}
