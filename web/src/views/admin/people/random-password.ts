const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const length = 20

/** Nothing in it looks like something else: people read it to each other. About 115 bits. */
export function randomPassword(): string {
  const letters: string[] = []
  // Bytes that would favour the first letters are thrown away.
  const fair = 256 - (256 % alphabet.length)
  while (letters.length < length) for (const byte of crypto.getRandomValues(new Uint8Array(length))) if (byte < fair && letters.length < length) letters.push(alphabet.charAt(byte % alphabet.length))
  return letters.join('')
}
