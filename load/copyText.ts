/** A column of the warehouse: its name and Postgres' name for its type (`uuid`, `text`, `int4`, `timestamptz`, …). */
export interface Column {
  name: string
  type: string
}

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/**
 * DuckDB SQL for a whole row as one line of Postgres' COPY text format, which is unambiguous: null is \N, the separator
 * is escaped within values.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export function copyLine(columns: readonly Column[]): string {
  return `concat_ws(chr(9), ${columns.map((column) => `coalesce(${value(column)}, '\\N')`).join(', ')})`
}

function value({ name, type }: Column): string {
  const column = quote(name)
  switch (type) {
    case 'text':
      return written(column, withoutNul(column))
    case 'jsonb':
      return written(`cast(${column} as varchar)`, storableJson(`cast(${column} as varchar)`))
    case 'timestamptz':
      // By way of microseconds: exact, and without DuckDB's session time zone having a say.
      return `(cast(make_timestamp(epoch_us(${column})) as varchar) || '+00')`
    default:
      return `cast(${column} as varchar)`
  }
}

/** What COPY gives a meaning to, as SQL, and how it is written instead. Backslash first: the others add some. */
const escapes: readonly (readonly [character: string, replacement: string])[] = [
  [`'\\'`, `'\\\\'`],
  ['chr(9)', `'\\t'`],
  ['chr(10)', `'\\n'`],
  ['chr(13)', `'\\r'`],
]

/**
 * Text as COPY reads it. Hardly any needs rewriting, and looking is half as expensive: no backslash and no control
 * character also means that there is nothing Postgres could refuse.
 * @param text SQL of the text as it is
 * @param storable SQL of the text without what Postgres cannot hold
 */
function written(text: string, storable: string): string {
  const suspects = ['chr(0)', ...escapes.map(([character]) => character)]
  const isSuspect = suspects.map((character) => `contains(${text}, ${character})`).join(' or ')
  const escaped = escapes.reduce(
    (inner, [character, replacement]) => `replace(${inner}, ${character}, ${replacement})`,
    storable,
  )
  return `case when ${isSuspect} then ${escaped} else ${text} end`
}

/** Postgres text cannot hold U+0000; JSON from outside can. It becomes U+FFFD, as broken text does elsewhere. */
function withoutNul(text: string): string {
  return `replace(${text}, chr(0), chr(65533))`
}

/**
 * jsonb refuses `\u0000` and halves of surrogate pairs, which JSON from outside may hold: both become U+FFFD.
 * Control characters cannot occur in JSON text, so 1 to 3 stand in meanwhile for what must not be touched:
 * an escaped backslash, and the two halves of a whole pair.
 */
function storableJson(json: string): string {
  const backslash = `replace(${withoutNul(json)}, '\\\\', chr(1))`
  const pairs = `regexp_replace(${backslash}, '\\\\u([dD][89abAB][0-9a-fA-F]{2})\\\\u([dD][c-fC-F][0-9a-fA-F]{2})', chr(2) || '\\1' || chr(3) || '\\2', 'g')`
  const broken = `regexp_replace(${pairs}, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')`
  return `replace(replace(replace(${broken}, chr(2), '\\u'), chr(3), '\\u'), chr(1), '\\\\')`
}
