import { everybody, everybodyAndAnonymous, forAll, onUser, type Expectations } from '../expectation.ts'
import { adminOnly, selfOrAdmin } from './cells.ts'

export const sessionExpectations: Expectations = {
  // With a wrong password nobody gets in; who does with the right one is tested where people sign in.
  'sessions.create': forAll('', () => ({ login: 'nobody', password: 'a wrong password' })),
  'sessions.end': forAll(everybodyAndAnonymous),
  'sessions.getCurrent': forAll(everybody),
  'sessions.getMethod': forAll(everybodyAndAnonymous),
  'sessions.list': onUser(selfOrAdmin),
  'sessions.revoke': onUser(selfOrAdmin),
  'sessions.revokeAll': onUser(selfOrAdmin),
  'sessions.revokeOfEverybody': forAll('admin'),
  'sessions.setDevice': forAll(everybody),
  // Tokens are for those to whom an admin has given the permission. The one asked for is a member's.
  'accessTokens.create': onUser(adminOnly),
  'accessTokens.get': forAll('admin'),
  'accessTokens.list': forAll('admin'),
  'accessTokens.listOfUser': onUser(adminOnly),
  'accessTokens.revoke': forAll('admin'),
  'accessTokens.search': forAll('admin'),
  'accessTokens.setActive': forAll('admin'),
}
