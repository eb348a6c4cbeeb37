import { hash, timingSafeEqual } from 'node:crypto'
import { encodeBase32Hex } from '../base32.ts'

/** Secrets that stand for a session, an invitation or a personal access token. */
export interface Tokens {
  /** 26 characters [a-z0-9] with 128 random bits. */
  token(): string
  /** What is stored instead of the token: SHA-256. A token is random enough to need no salt and no slow hash. */
  hashToken(token: string): Buffer
  /** Takes the same time wherever they differ. */
  isSameHash(first: Uint8Array, second: Uint8Array): boolean
  /** Whether a token is the one that was stored. */
  matches(token: string, storedHash: Uint8Array): boolean
}

export function createTokens({ randomBytes }: { readonly randomBytes: (size: number) => Uint8Array }): Tokens {
  const hashToken = (token: string): Buffer => hash('sha256', token, 'buffer')
  const isSameHash = (first: Uint8Array, second: Uint8Array): boolean =>
    first.length === second.length && timingSafeEqual(first, second)
  return {
    token: () => encodeBase32Hex(randomBytes(16)),
    hashToken,
    isSameHash,
    matches: (token, storedHash) => isSameHash(hashToken(token), storedHash),
  }
}
