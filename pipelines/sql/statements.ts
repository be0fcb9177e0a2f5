/** What may hold a semicolon that ends nothing: quoted texts and names, comments, dollar quotes. Or one that does. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|;/g
/** One of those begun and not ended. */
const open = /['"]|\/\*|\$\w*\$/

/** A text of SQL, cut at the semicolons that end a statement. */
export interface Statements {
  /** Without their semicolons; empty ones and mere comments are left out. */
  whole: string[]
  /** What follows the last semicolon. */
  rest: string
}

export function splitStatements(sql: string): Statements {
  const whole: string[] = []
  let start = 0
  let scanned = 0
  for (const match of sql.matchAll(token)) {
    // A quote that is not closed swallows what comes after it, semicolons as well.
    if (open.test(sql.slice(scanned, match.index))) break
    scanned = match.index + match[0].length
    if (match[0] !== ';') continue
    const statement = sql.slice(start, match.index).trim()
    if (!isBlank(statement)) whole.push(statement)
    start = scanned
  }
  return { whole, rest: sql.slice(start) }
}

/** Whether a text asks for nothing: white space and comments. */
export function isBlank(sql: string): boolean {
  return sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() === ''
}
