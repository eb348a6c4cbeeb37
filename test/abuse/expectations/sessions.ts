import { everybodyAndAnonymous, forAll, onUser, type Expectations } from '../expectation.ts'
import { selfOrAdmin } from './cells.ts'

export const sessionExpectations: Expectations = {
  // Whoever asks with a wrong password gets 401: this door is tested where people sign in.
  'sessions.create': forAll(everybodyAndAnonymous),
  'sessions.end': forAll(everybodyAndAnonymous),
  'sessions.list': onUser(selfOrAdmin),
  'sessions.revoke': onUser(selfOrAdmin),
  'sessions.revokeAll': onUser(selfOrAdmin),
}
