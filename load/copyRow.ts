/** A column of the warehouse: its name and Postgres' name for its type (`uuid`, `text`, `int4`, `timestamptz`, …). */
export interface Column {
  name: string
  type: string
}

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/**
 * What a file of Postgres' binary COPY format begins with: signature, no flags, no extension. Rows follow, and the end of
 * the stream ends it.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export const copyHeader = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])

/**
 * DuckDB SQL for a row of that format: the number of fields, then of each its length in bytes and the bytes that the
 * `recv` function of its type reads. Postgres takes half as long for them as for text, which it has to parse: reading
 * the ids alone takes a quarter of its time.
 */
export function copyRow(columns: readonly Column[]): string {
  return joined([bytes(columns.length, 2), ...columns.map(field)])
}

/** Joined in pairs, since each join copies what it joins. */
function joined(parts: readonly string[]): string {
  const half = parts.length >> 1
  return half === 0 ? parts.join() : `(${joined(parts.slice(0, half))} || ${joined(parts.slice(half))})`
}

function field({ name, type }: Column): string {
  const column = quote(name)
  switch (type) {
    case 'uuid':
      return orNull(`${bytes(16, 4)} || cast(cast(${column} as uuid) as blob)`)
    case 'int4':
      // Length and value in one: the mask makes a negative number's bits those of 4 bytes.
      return orNull(inBytes(`${4n << 32n} | (cast(cast(${column} as integer) as bigint) & ${0xffffffffn})`))
    case 'int8':
      return orNull(`${bytes(8, 4)} || ${inBytes(column)}`)
    case 'bool':
      return `case when ${column} then ${bytes(1, 4, 1)} when not ${column} then ${bytes(1, 4, 0)} else ${nothing} end`
    case 'timestamptz':
      return orNull(`${bytes(8, 4)} || ${inBytes(`epoch_us(${column}) - ${microsecondsTo2000}`)}`)
    case 'numeric':
      return orNull(numeric(column))
    case 'jsonb':
      return orNull(sized(storableJson(`cast(${column} as varchar)`), bytes(1, 1)))
    default:
      return orNull(sized(storableText(`cast(${column} as varchar)`)))
  }
}

/** What stands for null: a length of -1. */
const nothing = `'\\xFF\\xFF\\xFF\\xFF'::blob`

/** Every operator of a field that is not null gives bytes, of one that is null gives null. */
const orNull = (field: string): string => `coalesce(${field}, ${nothing})`

/** A literal of a number in so many bytes, the highest first, and one more byte if given. */
function bytes(number: number, length: number, more?: number): string {
  const hex = number.toString(16).padStart(2 * length, '0') + (more?.toString(16).padStart(2, '0') ?? '')
  return `'${hex.replace(/../g, (byte) => `\\x${byte}`)}'::blob`
}

/** The bytes of a whole number, the highest first. */
const inBytes = (number: string, type: 'smallint' | 'integer' | 'bigint' = 'bigint'): string =>
  `cast(cast(cast(${number} as ${type}) as bit) as blob)`

const microsecondsTo2000 = Date.UTC(2000, 0) * 1000

/**
 * A number of at most 8 digits before and 4 after the point, as three digits to the base of 10,000 of which the last is
 * behind the point: a length of 14, 3 digits, the weight 1 of the first; then sign, number of decimal places, digits.
 * Postgres drops leading zeroes and keeps as many decimal places as the column has.
 */
function numeric(column: string): string {
  const tenThousandths = `cast(${column} * 10000 as bigint)`
  const size = `abs(${tenThousandths})`
  const sign = `case when ${tenThousandths} < 0 then ${0x4000n << 48n} else 0 end`
  // A digit that is none does not fit, and is an error.
  const first = `cast(cast(${size} // 100000000 as smallint) as bigint) * 65536`
  const head = inBytes(`${sign} + ${4n << 32n} + ${first} + ${size} // 10000 % 10000`)
  return `'\\x00\\x00\\x00\\x0E\\x00\\x03\\x00\\x01'::blob || ${head} || ${inBytes(`${size} % 10000`, 'smallint')}`
}

/** Text with its length before it. */
function sized(text: string, prefix?: string): string {
  if (prefix === undefined) return `${inBytes(`strlen(${text})`, 'integer')} || encode(${text})`
  return `${inBytes(`strlen(${text}) + 1`, 'integer')} || ${prefix} || encode(${text})`
}

/** Postgres text cannot hold U+0000; JSON from outside can. It becomes U+FFFD, as broken text does elsewhere. */
function storableText(text: string): string {
  return `case when contains(${text}, chr(0)) then replace(${text}, chr(0), chr(65533)) else ${text} end`
}

/**
 * jsonb refuses `\u0000` and halves of surrogate pairs, which JSON from outside may hold: both become U+FFFD.
 * Control characters cannot occur in JSON text, so 1 to 3 stand in meanwhile for what must not be touched:
 * an escaped backslash, and the two halves of a whole pair.
 */
function storableJson(json: string): string {
  const backslash = `replace(${storableText(json)}, '\\\\', chr(1))`
  const pairs = `regexp_replace(${backslash}, '\\\\u([dD][89abAB][0-9a-fA-F]{2})\\\\u([dD][c-fC-F][0-9a-fA-F]{2})', chr(2) || '\\1' || chr(3) || '\\2', 'g')`
  const broken = `regexp_replace(${pairs}, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')`
  const whole = `replace(replace(replace(${broken}, chr(2), '\\u'), chr(3), '\\u'), chr(1), '\\\\')`
  // Hardly any has a backslash or a control character at all, and looking for them is much less work.
  return `case when contains(${json}, '\\') or contains(${json}, chr(0)) then ${whole} else ${json} end`
}
