import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { RookeryError } from '@rookery/sdk/protocol'
import { createBoundedQueue } from '../bounded-queue.ts'
import { codePointLength } from '../text/index.ts'
import { commonPasswords } from './common-passwords.ts'

/** As in Mattermost, whose clients tell it to people. */
export const maximumPasswordBytes = 72

export interface PasswordSettings {
  /** In code points. */
  readonly minimumLength: number
  readonly needsLowercase: boolean
  readonly needsUppercase: boolean
  readonly needsNumber: boolean
  readonly needsSymbol: boolean
  /** Refuses the passwords that are guessed first, and those equal to the account's name or address. */
  readonly refusesCommon: boolean
}

export const defaultPasswordSettings: PasswordSettings = {
  minimumLength: 8, needsLowercase: false, needsUppercase: false, needsNumber: false, needsSymbol: false, refusesCommon: true,
}

/** Hashing costs 19 MiB and tens of milliseconds each, off the main thread, a few at a time. */
export interface Passwords {
  /** Throws `unavailable` when too many wait, as do the verifying calls. */
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
  /** Takes as long as `verify` and is false: for accounts that do not exist or have no password. */
  verifyNothing(): Promise<false>
  /** The hash was made with other costs than those of today; make a new one at the next sign-in. */
  isOutdated(hash: string): boolean
}

// OWASP's first choice of parameters for argon2id; 2 is Argon2id in an enum that exists in types only.
const standardCost = { memoryCost: 19_456, timeCost: 2 }

interface PasswordsOptions {
  readonly concurrency?: number
  readonly maximumQueue?: number
  /** Less only for tests of something else, which sign up hundreds of people. Memory in KiB. */
  readonly cost?: { readonly memoryCost: number, readonly timeCost: number }
}

export function createPasswords({ concurrency = 2, maximumQueue = 200, cost = standardCost }: PasswordsOptions = {}): Passwords {
  const argon2 = { algorithm: 2, parallelism: 1, ...cost }
  const hashPrefix = `$argon2id$v=19$m=${argon2.memoryCost},t=${argon2.timeCost},p=${argon2.parallelism}$`
  // The salt and the digest are zeros: no password is known that has this digest.
  const hashOfNothing = `${hashPrefix}${'A'.repeat(22)}$${'A'.repeat(43)}`
  const queue = createBoundedQueue({ concurrency, maximumQueue, typicalTaskMs: 50 })

  const verifyNothing = async (): Promise<false> => {
    await queue.run(() => argon2Verify(hashOfNothing, ''))
    return false
  }

  return {
    hash: (password) => queue.run(() => argon2Hash(password, argon2)),
    async verify(hash, password) {
      if (!hash.startsWith('$argon2id$') || Buffer.byteLength(password) > maximumPasswordBytes) return verifyNothing()
      return queue.run(() => argon2Verify(hash, password))
    },
    verifyNothing,
    isOutdated: (hash) => !hash.startsWith(hashPrefix),
  }
}

/** Throws the error that says what a new password lacks. */
export function assertAcceptable(password: string, settings: PasswordSettings, account: { readonly username: string, readonly email: string }): void {
  if (codePointLength(password) < settings.minimumLength) throw new RookeryError('password_too_short', { minimum: settings.minimumLength })
  if (Buffer.byteLength(password) > maximumPasswordBytes) throw new RookeryError('password_too_long', { maximumBytes: maximumPasswordBytes })
  const missing = missingKinds(password, settings)
  if (missing.length > 0) throw new RookeryError('password_too_weak', { rule: 'kinds', reason: `it needs ${missing.join(' and ')}` })
  if (!settings.refusesCommon) return
  const folded = password.toLowerCase()
  if (commonPasswords.has(folded)) throw new RookeryError('password_too_weak', { rule: 'common', reason: 'it is one of the passwords that are guessed first' })
  const email = account.email.toLowerCase()
  if (folded === account.username.toLowerCase() || folded === email || folded === email.split('@')[0]) {
    throw new RookeryError('password_too_weak', { rule: 'account', reason: 'it is the name or the address of the account' })
  }
}

function missingKinds(password: string, settings: PasswordSettings): string[] {
  const missing: string[] = []
  if (settings.needsLowercase && !/[a-z]/.test(password)) missing.push('a lower-case letter')
  if (settings.needsUppercase && !/[A-Z]/.test(password)) missing.push('an upper-case letter')
  if (settings.needsNumber && !/[0-9]/.test(password)) missing.push('a digit')
  if (settings.needsSymbol && !/[ !-/:-@[-`|~]/.test(password)) missing.push('a symbol')
  return missing
}
