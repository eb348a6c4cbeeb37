import { everybody, onChannel, onPost, onTeam, onUser, same, seeing, without, type Cells, type Expectations } from '../expectation.ts'
import { channelReaders, channelWriters, openTeamMembers, postReaders, selfOrAdmin } from './cells.ts'

/** The posts are the member's; in foreign channels they are of somebody else who never asks. A deleted one is nobody's. */
const own: Cells<'post'> = { open: 'member', private: 'member', direct: 'member', group: 'member', archived: 'member' }
const ownOrAdmin: Cells<'post'> = { ...same('post', 'admin'), open: 'member admin', private: 'member admin', direct: 'member admin', group: 'member admin', archived: 'member admin', deleted: '' }
const ofAdmin: Cells<'post'> = { ...same('post', 'admin'), deleted: '' }
/** Those who write in the channel of a post. */
const writers: Cells<'post'> = { ...channelWriters }

/** Threads of oneself; those of others are for the admin. */
const ownInTeam: Cells<'user'> = { ...selfOrAdmin, self: without(everybody, 'stranger') }
const friend = ({ users }: { users: Readonly<Record<string, string>> }) => ({ userId: users['friend'] })

/** Posts and what stands under and about them. */
export const postExpectations: Expectations = {
  'posts.create': onChannel(channelWriters),
  // Team admins keep order where they may look.
  'posts.delete': onPost({ ...ownOrAdmin, open: 'member teamAdmin admin', archived: 'member teamAdmin admin' }),
  'posts.edit': onPost(ownOrAdmin),
  'posts.findByTime': onChannel(channelReaders, () => ({ at: 1 })),
  'posts.get': onPost(postReaders),
  'posts.get deleted': onPost(same('post', 'admin'), () => ({ includeDeleted: true })),
  'posts.getInfo': onPost(postReaders),
  'posts.listByIds': seeing(onPost(postReaders)),
  'posts.listFlagged': onUser(selfOrAdmin),
  // Posts that were saved while one could read them.
  'posts.listFlagged found': seeing(onChannel(channelReaders, ({ actorId, channelId }) => ({ userId: actorId, channelId }))),
  'posts.listOfChannel': onChannel(channelReaders),
  'posts.listOfChannel deleted': onChannel(same('channel', 'admin'), () => ({ includeDeleted: true })),
  'posts.listOfThread': onPost(postReaders),
  'posts.listPinned': onChannel(channelReaders),
  'posts.listRevisions': onPost(own),
  'posts.listUnread': onChannel(channelReaders),
  'posts.listUnread of another': onChannel(same('channel', 'admin'), friend),
  'posts.markUnread': onPost(postReaders),
  'posts.markUnread of another': onPost(ofAdmin, friend),
  'posts.restoreRevision': onPost(own),
  'posts.sendEphemeral': onChannel(same('channel', 'admin')),
  'posts.setPinned': onPost(writers),
  // Nobody reacts in another's name, not even the admin.
  'reactions.add': onPost(writers, () => ({ emojiName: 'loom' })),
  'reactions.add of another': onPost({}, (target) => ({ ...friend(target), emojiName: 'loom' })),
  'reactions.list': onPost(postReaders),
  'reactions.listOfPosts': seeing(onPost(postReaders)),
  'reactions.remove': onPost(writers, () => ({ emojiName: 'loom' })),
  'reactions.remove of another': onPost(ofAdmin, (target) => ({ ...friend(target), emojiName: 'loom' })),
  'threads.countMentions': onTeam(openTeamMembers),
  'threads.countMentions of a user': onUser(ownInTeam),
  'threads.get': onPost(postReaders),
  'threads.get of another': onPost(ofAdmin, friend),
  'threads.list': onTeam(openTeamMembers),
  'threads.list of a user': onUser(ownInTeam),
  'threads.markAllRead': onTeam(openTeamMembers),
  'threads.markAllRead of a user': onUser(ownInTeam),
  'threads.markRead': onPost(postReaders),
  'threads.markRead of another': onPost(ofAdmin, friend),
  'threads.markUnread': onPost(postReaders),
  'threads.markUnread of another': onPost(ofAdmin, friend),
  'threads.setFollowing': onPost(postReaders),
  'threads.setFollowing of another': onPost(ofAdmin, friend),
}
