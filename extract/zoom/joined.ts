/**
 * Parts of a body one after the other, in memory of its own. `Buffer.concat` puts what is short into memory that it
 * shares with others, and V8 frees that so late that the bodies of thousands of pages wait for it.
 */
export function joined(parts: readonly Uint8Array[], length: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * Gives the memory of what was joined back at once; nobody may look at it again. The garbage collector would come to it
 * when as many megabytes more are taken, and go through all that lives each time.
 */
export function free(whole: Buffer): void {
  // What shares its memory with others is not ours to give back.
  if (whole.buffer.byteLength === whole.length) (whole.buffer as ArrayBuffer).transfer(0)
}
