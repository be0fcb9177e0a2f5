import type { CorrectionTarget } from '../../transform/corrections.ts'
import { queryCatalog } from '../catalog.ts'
import { targetText } from './references.ts'

/** Why two keys are one person: either what several people may share, or a chain that says it needs the user. */
export type Cause =
  | { kind: 'none' }
  | { kind: 'shared'; keys: CorrectionTarget[] }
  /** From one to the other, as texts of targets. Two of them: one row or registration has both. */
  | { kind: 'chain'; chain: string[] }

/**
 * What makes one person of two keys in the catalog, apart from decisions: the keys that are held together with both,
 * if without them the two are no longer connected; else the shortest chain from one to the other.
 */
export async function causeOf(
  dataDir: string,
  one: CorrectionTarget,
  other: CorrectionTarget,
): Promise<Cause> {
  const { rows } = await queryCatalog(dataDir, componentSql, [one.kind, one.key])
  const holders = Map.groupBy(
    rows as { holder: string; kind: CorrectionTarget['kind']; key: string }[],
    (row) => String(row.holder),
  )
  const keys = new Map<string, CorrectionTarget>()
  const neighbours = new Map<string, Set<string>>()
  for (const held of holders.values()) {
    const texts = held.map(({ kind, key }) => {
      const target = { kind, key, instance_uuid: null }
      keys.set(targetText(target), target)
      return targetText(target)
    })
    for (const text of texts) neighbours.set(text, new Set([...(neighbours.get(text) ?? []), ...texts]))
  }
  const [from, to] = [targetText(one), targetText(other)]
  const chain = shortestChain(neighbours, from, to, new Set())
  if (chain === null) return { kind: 'none' }
  const common = [...(neighbours.get(from) ?? [])].filter(
    (text) => text !== from && text !== to && neighbours.get(to)?.has(text),
  )
  const isEnough = chain.length > 2 && shortestChain(neighbours, from, to, new Set(common)) === null
  return isEnough
    ? { kind: 'shared', keys: common.sort().map((text) => keys.get(text) as CorrectionTarget) }
    : { kind: 'chain', chain }
}

/** The shortest way through a graph, first by name of equals; null where there is none. */
export function shortestChain(
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  from: string,
  to: string,
  without: ReadonlySet<string>,
): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]])
  for (const node of cameFrom.keys()) {
    if (node === to) {
      const chain: string[] = []
      for (let at: string | null = node; at !== null; at = cameFrom.get(at) ?? null) chain.unshift(at)
      return chain
    }
    for (const next of [...(neighbours.get(node) ?? [])].sort())
      if (!cameFrom.has(next) && !without.has(next)) cameFrom.set(next, node)
  }
  return null
}

/** What is held together: by the keys of one row, by a registration, or by a name that led to one. */
const componentSql = `
  with person as (
    select distinct account_id, person_id from intermediate.person_keys_identified where kind = $1 and key = $2
  ),
  keys as (
    select account_id, kind, key
    from person join intermediate.person_keys_identified as identified using (account_id, person_id)
    where kind in ('registrant', 'user', 'email')
  ),
  combined as (
    select tuple_key, account_id, unnest([
      {'kind': 'registrant', 'key': registrant_key}, {'kind': 'user', 'key': user_key}, {'kind': 'email', 'key': email_key}
    ], recursive := true)
    from intermediate.key_tuples_distinct join intermediate.instances_united using (instance_key)
  ),
  named as (
    select participant_key, registrant_key
    from intermediate.participants_registered where registered_by in ('name', 'likeness')
  ),
  held as (
    select 't' || tuple_key as holder, account_id, kind, key from combined
    union
    select 'r' || registrant_key, account_id, kind, key from intermediate.registrant_keys_owned
    union
    select 'n' || named.participant_key, i.account_id, owned.kind, owned.key
    from named join intermediate.participant_keys_owned as owned using (participant_key)
    join intermediate.instances_united as i using (instance_key)
    union
    select 'n' || named.participant_key, owned.account_id, owned.kind, owned.key
    from named join intermediate.registrant_keys_owned as owned using (registrant_key)
  )
  select account_id || ' ' || holder as holder, kind, key from held semi join keys using (account_id, kind, key)`
