/**
 * An instance uuid as a path segment, encoded twice, always.
 *
 * Zoom's text: a uuid that begins with `/` or contains `//` must be double-encoded. It does not say that others must
 * not be, and a wrong choice is no error but a 3001, or another instance. Clients disagree (raw, single, double on
 * demand); those that always encode twice run in production against these endpoints, so twice is accepted for every uuid and is
 * the only form that is right for all. It also keeps a single `/` from gateways that decode `%2F` before routing, and
 * a `+` from being read as a space on the second decoding.
 *
 * @throws TypeError when the uuid is empty.
 */
export function uuidPath(uuid: string): string {
  return encodeURIComponent(pathSegment(uuid))
}

/**
 * Any other id as one path segment, encoded once. `.` and `..` are refused: they would name another path.
 *
 * @throws TypeError when the id is empty or a dot segment.
 */
export function pathSegment(id: string | number): string {
  const text = String(id)
  if (text === '' || text === '.' || text === '..') {
    throw new TypeError(`"${text}" cannot be part of a Zoom path: an id was expected.`)
  }
  // Ids come from outside; a lone surrogate would make encodeURIComponent throw a URIError.
  return encodeURIComponent(text.toWellFormed())
}
