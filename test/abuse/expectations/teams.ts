import type { Target } from '../actors.ts'
import { everybody, everybodyAndAnonymous, forAll, onChannel, onTeam, onUser, seeing, without, type Cells, type Expectations } from '../expectation.ts'
import { openTeamMembers, selfOrAdmin, teamReaders } from './cells.ts'

/** Whoever manages a team. */
const managers: Cells<'team'> = { home: 'teamAdmin admin', openTeam: 'admin', foreign: 'admin' }
/** Nobody belongs to the open team, so of it there is no member to be found. */
const managersOfMembers: Cells<'team'> = { home: 'teamAdmin admin', foreign: 'admin' }
/** Those who bring others into a team. */
const inviters: Cells<'team'> = { home: 'outsider member channelAdmin teamAdmin admin', openTeam: 'admin', foreign: 'admin' }
const memberOf = ({ memberId }: Target) => ({ userId: memberId })
/** Of the team home, or foreign; nobody who asks. */
const other = ({ users, teams, teamId }: Target) => ({ userId: teamId === teams['foreign'] ? users['foreigner'] : users['friend'] })

/** An archived team is there for those alone who may restore it. */
export const teamExpectations: Expectations = {
  'teams.archive': onTeam(managers),
  // Guests are not told; who reads another channel is told that it is no conversation.
  'teams.common': onChannel({
    open: 'outsider member channelAdmin teamAdmin admin', private: 'member channelAdmin admin', direct: 'member admin', group: 'member admin',
    archived: 'outsider member channelAdmin teamAdmin admin', foreignOpen: 'admin', foreignPrivate: 'admin',
  }),
  'teams.create': forAll(without(everybody, 'guest', 'visitor')),
  'teams.exists': forAll(everybody),
  'teams.get': onTeam(teamReaders),
  // Whoever holds the invitation.
  'teams.getByInvitation': onTeam({ home: everybodyAndAnonymous, openTeam: everybodyAndAnonymous, foreign: everybodyAndAnonymous }),
  'teams.getByInvitation unknown': forAll('', () => ({ inviteId: 'no such invitation' })),
  'teams.getByName': onTeam(teamReaders, ({ teamName }) => ({ name: teamName })),
  'teams.getIcon': onTeam({ ...teamReaders, archivedTeam: '' }),
  // Nobody has an invitation that was mailed.
  'teamInvitations.get': forAll('', () => ({ token: 'no such link' })),
  'teamInvitations.accept': forAll('', () => ({ token: 'no such link' })),
  'teamInvitations.revokeAll': forAll('admin'),
  'teamInvitations.send': onTeam(inviters, () => ({ emails: ['nobody@example.org'] })),
  'teams.list': forAll(without(everybody, 'guest', 'visitor')),
  'teams.listOfUser': onUser(selfOrAdmin),
  'teams.removeIcon': onTeam(managers),
  'teams.renewInvitation': onTeam(managers),
  'teams.restore': onTeam({ ...managers, archivedTeam: 'teamAdmin admin' }),
  'teams.setIcon': onTeam(managers),
  'teams.setPrivacy': onTeam(managers),
  'teams.stats': onTeam(openTeamMembers),
  'teams.unread': onUser(selfOrAdmin),
  'teams.unread of one team': onTeam({ home: without(everybody, 'stranger', 'admin') }, ({ actorId, teamId }) => ({ userId: actorId, teamId })),
  'teams.update': onTeam(managers),

  // Oneself: joining, which is nothing where one belongs.
  'teamMembers.add': onTeam({ ...openTeamMembers, openTeam: without(everybody, 'guest', 'visitor') }),
  'teamMembers.add another': onTeam(inviters, ({ users }) => ({ userId: users['foreigner'] })),
  'teamMembers.addMany': onTeam(inviters, ({ users }) => ({ userIds: [users['foreigner']] })),
  // For oneself too.
  'teamMembers.addMany oneself': onTeam(inviters, ({ actorId }) => ({ userIds: [actorId] })),
  'teamMembers.get': onTeam({ home: without(everybody, 'stranger', 'visitor'), foreign: 'admin' }, memberOf),
  // Guests are invited in another way.
  'teamMembers.join': onTeam({ home: without(everybody, 'guest', 'visitor'), openTeam: without(everybody, 'guest', 'visitor'), foreign: without(everybody, 'guest', 'visitor') }),
  'teamMembers.join unknown': forAll('', () => ({ inviteId: 'no such invitation' })),
  'teamMembers.list': onTeam(openTeamMembers),
  'teamMembers.listByIds': onTeam(openTeamMembers),
  // Guests find those whom they know; of the open team there is nobody to be found.
  'teamMembers.listByIds found': seeing(onTeam({ home: without(everybody, 'stranger', 'visitor'), foreign: 'admin' }, ({ memberId }) => ({ userIds: [memberId] }))),
  'teamMembers.listOfUser': onUser(selfOrAdmin),
  // Oneself: leaving.
  'teamMembers.remove': onTeam({ home: without(everybody, 'stranger', 'admin') }),
  'teamMembers.remove another': onTeam(managersOfMembers, other),
  'teamMembers.setRoles': onTeam(managersOfMembers, memberOf),
  'teamMembers.setSchemeRoles': onTeam(managersOfMembers, memberOf),
}
