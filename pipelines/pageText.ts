const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text from outside as text of a page: nothing in it is markup, and no control character passes. */
export function pageText(value: string): string {
  return (
    value
      // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
  )
}
