import { everybody, forAll, onChannel, onTeam, onUser, seeing, without, type Cells, type Expectations } from '../expectation.ts'
import { channelJoined, channelMembers, channelReaders, openTeamMembers, selfOrAdmin, userReaders } from './cells.ts'

const members = 'outsider member channelAdmin teamAdmin admin'

/** A conversation never changes its members, its kind or its end: whoever belongs to it is told that the request is wrong. */
const wrongRequest = { direct: 'member', group: 'guest member' }
const wrongRequestOfReaders = { direct: 'member admin', group: 'guest member admin' }

/** Members of a channel change it, as long as their role lets them; a team's admin does where it is no member only by its own role. */
const changers: Cells<'channel'> = {
  open: 'member channelAdmin admin', private: 'member channelAdmin admin', ...wrongRequest, archived: 'member channelAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin',
}
/** Of what the admins of the team do: never in private channels of which they may not know. */
const teamKeepers: Cells<'channel'> = { open: 'teamAdmin admin', private: 'admin', archived: 'teamAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin' }
/** Whoever gives others their roles. Conversations have none. */
const roleGivers: Cells<'channel'> = {
  open: 'channelAdmin teamAdmin admin', private: 'channelAdmin admin', direct: 'admin', group: 'admin', archived: 'channelAdmin teamAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin',
}
/** Those who bring others in and take them out. */
const memberKeepers: Cells<'channel'> = {
  open: 'member channelAdmin teamAdmin admin', private: 'member channelAdmin admin', ...wrongRequestOfReaders, archived: 'member channelAdmin teamAdmin admin',
  foreignOpen: 'admin', foreignPrivate: 'admin',
}
/** What belongs to one member's membership, asked for by itself and by the admin. */
const ofMember: Cells<'channel'> = {
  open: 'member admin', private: 'member admin', direct: 'member admin', group: 'member admin', archived: 'member admin', foreignOpen: 'admin', foreignPrivate: 'admin',
}

export const channelExpectations: Expectations = {
  'channels.archive': onChannel(changers),
  // Where all may read, the answer is that only groups become channels.
  'channels.convertGroup': onChannel({ open: 'member channelAdmin', private: 'member channelAdmin', direct: 'member', group: 'member', archived: 'member channelAdmin' }),
  'channels.create': onTeam({ home: members, openTeam: 'admin', foreign: 'admin' }),
  'channels.create private': onTeam({ home: members, openTeam: 'admin', foreign: 'admin' }, () => ({ type: 'P' })),
  'channels.createDirect': onUser(userReaders, ({ userId }) => ({ userIds: [userId] })),
  // Between two others only the admin opens one.
  'channels.createDirect of two': onUser(
    { self: without(everybody, 'visitor'), member: 'member admin', guest: 'guest admin', foreigner: 'admin', gone: 'admin', admin: 'admin', bot: 'admin' },
    ({ userId, users }) => ({ userIds: [userId, users['friend']] }),
  ),
  'channels.createGroup': forAll(without(everybody, 'visitor'), ({ users }) => ({ userIds: [users['friend'], users['member']] })),
  'channels.get': onChannel(channelReaders),
  'channels.getByName': onChannel(channelReaders, ({ teamId, channelName }) => ({ teamId, name: channelName, includeArchived: true })),
  'channels.listAll': forAll('admin'),
  'channels.listByIds': seeing(onChannel({ open: channelReaders.open ?? '', foreignOpen: 'admin' })),
  'channels.listOfTeam': onTeam({ home: members, openTeam: 'admin', foreign: 'admin' }),
  'channels.listOfTeam private': onTeam({ home: 'admin', openTeam: 'admin', foreign: 'admin' }, () => ({ kind: 'private' })),
  'channels.listOfTeam archived': onTeam(openTeamMembers, () => ({ kind: 'archived' })),
  'channels.listOfUser': onUser(selfOrAdmin),
  'channels.listOfUser in team': onUser({ ...selfOrAdmin, self: without(everybody, 'stranger') }, ({ teamId }) => ({ teamId })),
  'channels.memberCounts': seeing(onChannel(channelReaders)),
  'channels.restore': onChannel({ ...teamKeepers, ...wrongRequestOfReaders }),
  'channels.search': onTeam(openTeamMembers, ({ teamId }) => ({ teamId })),
  // Private channels and conversations are found by those alone who belong to them, whatever else they may.
  'channels.search found': seeing(onChannel({
    open: channelReaders.open ?? '', private: 'guest member channelAdmin', archived: channelReaders.archived ?? '', foreignOpen: 'admin',
  }, ({ teamId, channelName }) => ({ teamId, term: channelName, scope: 'all', includeArchived: true }))),
  'channels.search everywhere': forAll(everybody),
  'channels.searchGroups': forAll(everybody),
  'channels.setPrivacy': onChannel({ ...teamKeepers, ...wrongRequest }),
  'channels.setPrivacy private': onChannel({ ...teamKeepers, ...wrongRequest }, () => ({ type: 'P' })),
  'channels.stats': onChannel(channelMembers),
  'channels.timezones': onChannel(channelMembers),
  // The header of a conversation is its members' affair.
  'channels.update': onChannel(changers, () => ({ header: 'Hello' })),
  'channels.view': onUser(selfOrAdmin),

  // Oneself: joining, which is nothing where one belongs. In direct and group channels the request itself is wrong.
  'channelMembers.add': onChannel({
    open: `guest ${members}`, private: 'guest member channelAdmin admin', ...wrongRequestOfReaders, archived: `guest ${members}`, foreignOpen: 'admin', foreignPrivate: 'admin',
  }),
  'channelMembers.add another': onChannel(memberKeepers, ({ users }) => ({ userIds: [users['friend']] })),
  'channelMembers.add among others': onChannel(memberKeepers, ({ actorId, users }) => ({ userIds: [actorId, users['friend']] })),
  'channelMembers.get': onChannel(channelMembers, ({ memberId }) => ({ userId: memberId })),
  'channelMembers.list': onChannel(channelMembers),
  'channelMembers.listByIds': onChannel(channelMembers),
  'channelMembers.listOfUser': onUser(selfOrAdmin),
  'channelMembers.listOfUser in team': onUser({ ...selfOrAdmin, self: without(everybody, 'stranger') }, ({ teamId }) => ({ teamId })),
  'channelMembers.listWithTeams': onUser(selfOrAdmin),
  // Oneself: leaving. Whether there is anything to leave is asked later.
  'channelMembers.remove': onChannel(channelReaders),
  'channelMembers.remove another': onChannel(memberKeepers, ({ users }) => ({ userId: users['friend'] })),
  'channelMembers.setNotifyProps': onChannel(channelJoined),
  'channelMembers.setNotifyProps of another': onChannel(ofMember, ({ memberId }) => ({ userId: memberId })),
  'channelMembers.setRoles': onChannel(roleGivers, ({ memberId }) => ({ userId: memberId })),
  'channelMembers.setSchemeRoles': onChannel(roleGivers, ({ memberId }) => ({ userId: memberId })),
  'channelMembers.unread': onChannel(channelJoined),
  'channelMembers.unread of another': onChannel(ofMember, ({ memberId }) => ({ userId: memberId })),
}
