import { RookeryError, type CustomStatus } from '@rookery/sdk/protocol'

/** How Mattermost writes that a moment never comes. */
const never = '0001-01-01T00:00:00Z'

/** A custom status as clients read it. */
export const customStatusText = ({ emoji, text, duration, expiresAt }: CustomStatus): string =>
  JSON.stringify({ emoji, text, duration, expires_at: expiresAt > 0 ? new Date(expiresAt).toISOString() : never })

/** A moment as clients write it; 0 for never. */
export function readExpiry(value: unknown): number {
  if (value === undefined || value === null || value === '' || value === never) return 0
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at) || at < 0) throw new RookeryError('invalid_input', { field: 'expires_at', reason: 'it must be a date and time' })
  return at
}
