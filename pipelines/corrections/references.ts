import type { CorrectionTarget } from '../../transform/corrections.ts'

/** Whom a cell of a corrections file names: something that never changes, or an id to be looked up. */
export type Reference = CorrectionTarget | { kind: 'participant' | 'person'; id: string }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What may be written in the columns `one` and `other`, for messages. */
export const referenceForms =
  'an e-mail address, registrant:ID, user:ID, participant:UUID, person:UUID or row:INSTANCE#USER_ID'

/** Reads a cell. A text in return says what is wrong with it. */
export function parseReference(text: string): Reference | string {
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const rest = text.slice(colon + 1).trim()
  switch (kind) {
    case 'participant':
    case 'person':
      return uuid.test(rest)
        ? { kind, id: rest.toLowerCase() }
        : `${shown(text)} has no id: expected a uuid such as zoom_${kind === 'person' ? 'people' : 'participants'}.id has`
    case 'registrant':
    case 'user':
      return rest === ''
        ? `${shown(text)} names nobody after the colon`
        : { kind, key: rest, instance_uuid: null }
    case 'email':
      return parseEmail(rest, text)
    case 'row': {
      const hash = rest.indexOf('#')
      const [instance, key] = [rest.slice(0, Math.max(hash, 0)), rest.slice(hash + 1)]
      return hash < 1 || key === ''
        ? `${shown(text)} is no row: expected row:INSTANCE#USER_ID, as rollcall explain prints it`
        : { kind, key, instance_uuid: instance }
    }
    default:
      return text.includes('@')
        ? parseEmail(text, text)
        : `${shown(text)} names nobody: expected ${referenceForms}`
  }
}

/** A target as text: its kind and key. Two targets are the same exactly when their texts are. */
export function targetText({ kind, key, instance_uuid }: CorrectionTarget): string {
  return kind === 'row' ? `row:${instance_uuid}#${key}` : `${kind}:${key}`
}

/** Two sides that are not one: a row that is said not to be a participant is still among the rows of that one. */
export function apart(
  one: readonly CorrectionTarget[],
  other: readonly CorrectionTarget[],
): [CorrectionTarget[], CorrectionTarget[]] {
  const without = (side: readonly CorrectionTarget[], removed: readonly CorrectionTarget[]) => {
    const texts = new Set(removed.filter(({ kind }) => kind === 'row').map(targetText))
    return side.filter((target) => !texts.has(targetText(target)))
  }
  return one.length > other.length ? [without(one, other), [...other]] : [[...one], without(other, one)]
}

function parseEmail(address: string, text: string): Reference | string {
  const key = address.trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+$/.test(key)
    ? { kind: 'email', key, instance_uuid: null }
    : `${shown(text)} is no e-mail address`
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
