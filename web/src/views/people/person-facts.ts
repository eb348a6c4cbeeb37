import type { User } from '@rookery/sdk/protocol'

/** The time zone somebody lives in, as far as this browser knows it; '' where none is told. */
export function zoneOf(timezone: User['timezone']): string {
  const zone = (timezone['useAutomaticTimezone'] === 'false' ? timezone['manualTimezone'] : timezone['automaticTimezone']) ?? ''
  try {
    return zone && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return ''
  }
}

/** What a clock there shows, as if it were here, in milliseconds. */
const wallClock = (at: number, timeZone: string): number => {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' }).formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'], parts['hour'], parts['minute'])
}

/** How many hours a clock there is ahead of one here; less than 0 where it is behind. */
export const hoursAhead = (at: number, there: string, here: string): number => (wallClock(at, there) - wallClock(at, here)) / 3_600_000

export type PersonMark = 'bot' | 'guest' | 'deactivated' | 'systemAdmin'

/** What everybody should know of an account before they write to it. */
export function marksOf({ isBot, roles, deleteAt }: Pick<User, 'isBot' | 'roles' | 'deleteAt'>): PersonMark[] {
  const names = roles.split(' ')
  return [
    ...(isBot ? ['bot' as const] : []), ...(names.includes('system_guest') ? ['guest' as const] : []),
    ...(names.includes('system_admin') && !isBot ? ['systemAdmin' as const] : []), ...(deleteAt > 0 ? ['deactivated' as const] : []),
  ]
}
