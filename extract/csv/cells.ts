/** What Zoom writes where it has nothing to say: `--` for who did not come, and `NA` in some exports. */
const blanks = new Set(['', '-', '--', 'na', 'n/a'])

/** A cell of Zoom's own (time, status, number, country), or null where it says nothing. */
export function zoomValue(cell: string | undefined): string | null {
  const trimmed = (cell ?? '').trim()
  return blanks.has(trimmed.toLowerCase()) ? null : trimmed
}

/** A cell a person filled (name, answer). `NA` is a family name and an answer, so it stays. */
export function typedText(cell: string | undefined): string | null {
  const trimmed = (cell ?? '').trim()
  return trimmed === '' || trimmed === '--' ? null : trimmed
}

/** A count or Zoom's minutes, `1,034` too. Null where there is none; NaN where the cell is no whole number. */
export function wholeNumberOf(cell: string | undefined): number | null {
  const value = zoomValue(cell)
  if (value === null) return null
  const digits = value.replaceAll(',', '')
  return /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN
}

/** `Yes` and `No`; null for anything else. */
export function yesOrNo(cell: string | undefined): boolean | null {
  const value = (cell ?? '').trim().toLowerCase()
  return value === 'yes' ? true : value === 'no' ? false : null
}

/** Column names compare without regard to case and spaces. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, ' ')
}

const linkSuspicion = /zoom|(?:tk|pwd|zak|zpk)(?:=|%3d)/i
const zoomLink =
  /(?:https?:\/\/)?(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com|com\.cn)\/(?:j|w|s|wc|my|webinar|meeting)\/[^\s"'<>,;]*/gi
const secretParameter = /[^\s"'<>,;]*(?:[?&]|%3f|%26|&amp;)(?:tk|pwd|zak|zpk)(?:=|%3d)[^\s"'<>,;]*/gi

/** A quick look whether `withoutJoinLinks` may find something in a text. */
export function mayHoldJoinLink(text: string): boolean {
  return linkSuspicion.test(text)
}

/**
 * A text without links that let their reader in: Zoom's to join or start, and any that carries a join token, a
 * passcode or a start token, wherever a column or an answer has one. Other links stay.
 */
export function withoutJoinLinks(text: string): string {
  if (!mayHoldJoinLink(text)) return text
  return text.replaceAll(zoomLink, '[join link removed]').replaceAll(secretParameter, '[join link removed]')
}
