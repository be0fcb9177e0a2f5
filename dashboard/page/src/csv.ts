export type Cell = string | number | boolean | null | undefined

/**
 * Rows as CSV (RFC 4180, with a byte order mark so that spreadsheets read UTF-8). Text that a spreadsheet would take
 * for a formula, as names from strangers may be, is led by an apostrophe: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${[head, ...rows].map((row) => row.map(cellText).join(',')).join('\r\n')}\r\n`
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const harmless = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
