import type { Category, Channel, ChannelMember, Post, Preference, Team, User } from '@rookery/sdk/protocol'

/** What was on the screen, so that the next start shows it at once and a start without the server shows anything at all. */
export interface Snapshot {
  readonly teams: readonly Team[]
  readonly channels: readonly Channel[]
  readonly members: readonly ChannelMember[]
  readonly sidebars: readonly (readonly [teamId: string, sidebar: readonly Category[]])[]
  readonly preferences: readonly Preference[]
  readonly users: readonly User[]
  /** The ends of a few channels. */
  readonly timelines: readonly (readonly [channelId: string, posts: readonly Post[]])[]
}

/** More would be written at every pause; whoever is offline reads the end of a channel. */
export const maximumKeptChannels = 20
export const maximumKeptPosts = 30
export const maximumKeptUsers = 500

/** Under which it is kept. */
export const screenName = 'screen'
