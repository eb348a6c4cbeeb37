/** Hexadecimal digits by chance. Not `crypto.randomUUID`: pages without TLS have none. */
export function randomId(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(Math.ceil(length / 2))), (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, length)
}
