import { randomId } from '../../data/index.ts'

/** A channel's part of addresses: letters and digits of its name, else something that nobody else has. */
export const addressOf = (displayName: string): string =>
  displayName.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || `channel-${randomId(8)}`
