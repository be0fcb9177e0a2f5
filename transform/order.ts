import { TransformError } from './transform-error.ts'

/**
 * Orders names so that each comes after what it depends on. Ties go by name, so the order is the same on every
 * machine. `sources` may be depended on but are not built. Throws a `TransformError` naming an unknown dependency,
 * or the members of a cycle in the order they lead to each other.
 */
export function orderByDependency(
  dependencies: ReadonlyMap<string, readonly string[]>,
  sources: ReadonlySet<string>,
): string[] {
  const ordered: string[] = []
  const done = new Set<string>()
  const path: string[] = []

  const visit = (name: string): void => {
    if (done.has(name)) return
    const at = path.indexOf(name)
    if (at >= 0) {
      throw new TransformError(`models depend on each other: ${[...path.slice(at), name].join(' -> ')}`, {
        model: name,
      })
    }
    path.push(name)
    for (const needed of [...(dependencies.get(name) ?? [])].sort()) {
      if (sources.has(needed)) continue
      if (!dependencies.has(needed)) {
        throw new TransformError(
          `${name} reads ${needed}, which is neither a model nor a raw table; add sql/${needed.replace('.', '/')}.sql or correct the name`,
          { model: name },
        )
      }
      visit(needed)
    }
    path.pop()
    done.add(name)
    ordered.push(name)
  }
  for (const name of [...dependencies.keys()].sort()) visit(name)
  return ordered
}
