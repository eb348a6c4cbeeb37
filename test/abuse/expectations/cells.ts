import { everybody, same, without, type Cells } from '../expectation.ts'

/** Sets of people that several operations share. */

/** Who may know of a channel and read it. */
export const channelReaders: Cells<'channel'> = {
  open: 'guest outsider member channelAdmin teamAdmin admin', private: 'guest member channelAdmin admin', direct: 'member admin', group: 'guest member admin',
  archived: 'guest outsider member channelAdmin teamAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin',
}

/** The same of posts that stand in them. A deleted one is there for nobody who does not ask for it. */
export const postReaders: Cells<'post'> = { ...channelReaders }

/** Who belongs to a channel, and those who may do everything. */
export const channelMembers: Cells<'channel'> = {
  open: 'guest member channelAdmin admin', private: 'guest member channelAdmin admin', direct: 'member admin', group: 'guest member admin',
  archived: 'guest member channelAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin',
}

/**
 * Who may write in a channel. Team admins may where they may look; whether one belongs to the channel is asked again
 * where the post is stored.
 */
export const channelWriters: Cells<'channel'> = { ...channelMembers, open: `${channelMembers.open} teamAdmin`, archived: `${channelMembers.archived} teamAdmin` }

/** One's own account, and the admin's hand on every other. */
export const selfOrAdmin: Cells<'user'> = { ...same('user', 'admin'), self: everybody, member: 'member admin', guest: 'guest admin' }

/** Nobody's own business, not even for oneself. */
export const adminOnly: Cells<'user'> = same('user', 'admin')

/** Guests see only those with whom they share a channel. */
export const userReaders: Cells<'user'> = {
  self: everybody, member: without(everybody, 'visitor'), guest: without(everybody, 'visitor'), foreigner: without(everybody, 'guest', 'visitor'),
  gone: without(everybody, 'guest', 'visitor'), admin: without(everybody, 'guest', 'visitor'), bot: without(everybody, 'guest', 'visitor'),
}

export const teamReaders: Cells<'team'> = {
  home: without(everybody, 'stranger'), openTeam: without(everybody, 'guest', 'visitor'), foreign: 'admin', archivedTeam: 'member teamAdmin admin',
}

export const teamMembers: Cells<'team'> = { home: without(everybody, 'stranger'), openTeam: 'admin', foreign: 'admin', archivedTeam: 'member teamAdmin admin' }
