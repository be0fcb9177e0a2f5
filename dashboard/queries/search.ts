/** A pattern of LIKE that finds the words anywhere: what the reader types is text, not a pattern. */
export const containing = (words: string): string => `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`
