const alphabet = '0123456789abcdefghijklmnopqrstuv'
/** Two characters for each value of ten bits: ids are made for every request. */
export const pairs: readonly string[] = Array.from({ length: 1024 }, (_none, value) => `${alphabet[value >>> 5]}${alphabet[value & 31]}`)

/**
 * Lower-case base32hex without padding. Its alphabet is in ASCII order, so texts of equal length sort as their bytes do.
 * 16 bytes make 26 characters.
 */
export function encodeBase32Hex(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let heldBits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    heldBits += 8
    if (heldBits >= 10) {
      heldBits -= 10
      text += pairs[(held >>> heldBits) & 1023]
    }
    held &= 1023
  }
  if (heldBits >= 5) {
    heldBits -= 5
    text += alphabet[(held >>> heldBits) & 31]
  }
  return heldBits > 0 ? text + alphabet[(held << (5 - heldBits)) & 31] : text
}
