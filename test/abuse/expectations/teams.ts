import { everybody, forAll, onTeam, onUser, without, type Expectations } from '../expectation.ts'
import { selfOrAdmin, teamMembers, teamReaders } from './cells.ts'

export const teamExpectations: Expectations = {
  'teams.create': forAll(without(everybody, 'guest', 'visitor')),
  'teams.get': onTeam(teamReaders),
  'teams.listOfUser': onUser(selfOrAdmin),
  'teamMembers.add': onTeam({ ...teamMembers, openTeam: without(everybody, 'guest', 'visitor') }),
  'teamMembers.get': onTeam({ ...teamMembers, home: without(everybody, 'stranger', 'visitor'), openTeam: '' }, ({ memberId }) => ({ userId: memberId })),
  'teamMembers.join': forAll('', () => ({ inviteId: 'no such invitation' })),
  'teamMembers.list': onTeam(teamMembers),
  'teamMembers.listOfUser': onUser(selfOrAdmin),
}
