/** Names as Mattermost's server accepts them; it is more lenient than the sentences its clients show. */

const reservedUsernames: ReadonlySet<string> = new Set(['all', 'channel', 'here', 'matterbot', 'system'])

// A team may not begin with the first part of an address that the server itself answers.
const reservedTeamPrefixes = [
  'admin', 'api', 'boards', 'channel', 'claim', 'error', 'files', 'help', 'landing', 'login', 'mfa', 'oauth', 'playbooks',
  'plug', 'plugins', 'post', 'signup',
] as const

export const maximumNameLength = 64
export const maximumEmailLength = 128

export const normalizeUsername = (username: string): string => username.trim().toLowerCase()

export const normalizeEmail = (email: string): string => email.trim().toLowerCase()

/** 1 to 64 of [a-z0-9._-], at least one of them a letter or a digit, and no word that a broadcast mention uses. */
export function isUsername(text: string): boolean {
  return text.length <= maximumNameLength && /^[a-z0-9._-]+$/.test(text) && /[a-z0-9]/.test(text) && !reservedUsernames.has(text)
}

/** A plain address in lower case: no name before it, no quotes, no comments. */
export function isEmail(text: string): boolean {
  if (text.length > maximumEmailLength || text !== text.toLowerCase()) return false
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  if (at < 1 || !/^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]+$/u.test(local)) return false
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false
  return text.slice(at + 1).split('.').every((label) => /^[\p{L}\p{N}\p{M}-]{1,63}$/u.test(label) && !label.startsWith('-') && !label.endsWith('-'))
}

/** 2 to 64 of [a-z0-9-], a letter or digit at both ends (or one double underscore between), and not reserved. */
export function isTeamName(text: string): boolean {
  if (text.length > maximumNameLength || isReservedTeamName(text)) return false
  return /^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(text) || /^[a-z0-9]+__[a-z0-9]+$/.test(text)
}

/** As in Mattermost it is the beginning that is reserved: `posters` is, because `post` is. */
export function isReservedTeamName(text: string): boolean {
  const folded = text.toLowerCase()
  return reservedTeamPrefixes.some((prefix) => folded.startsWith(prefix))
}

/** 1 to 64 of [a-z0-9_-], beginning with a letter or digit, and not of the form that direct and group channels have. */
export function isChannelName(text: string): boolean {
  return text.length <= maximumNameLength && /^[a-z0-9][a-z0-9_-]*$/.test(text) && !isDirectChannelName(text) && !isGroupChannelName(text)
}

/** Two user ids, the lesser first. */
export function isDirectChannelName(text: string): boolean {
  return /^[a-z0-9]{26}__[a-z0-9]{26}$/.test(text)
}

/** The SHA-1 of the members' ids, in hexadecimal. */
export function isGroupChannelName(text: string): boolean {
  return /^[a-f0-9]{40}$/.test(text)
}

/** Composed (NFC), without the characters that turn writing around or stand for nothing (Unicode TR 20), and without outer white space. */
export function cleanDisplayName(text: string): string {
  return text
    .replace(/[\u0340\u0341\u17A3\u17D3\u2028-\u202E\u2066-\u206F\uFEFF\uFFF9-\uFFFC\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}]/gu, '')
    .trim()
    .normalize('NFC')
}
