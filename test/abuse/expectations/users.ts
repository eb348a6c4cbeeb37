import { everybody, everybodyAndAnonymous, forAll, onUser, type Expectations } from '../expectation.ts'
import { adminOnly, selfOrAdmin, userReaders } from './cells.ts'

export const userExpectations: Expectations = {
  'users.create': forAll(everybodyAndAnonymous),
  'users.autocomplete': forAll(everybody),
  'users.count': forAll(everybody),
  'users.countSelected': forAll('admin'),
  'users.demote': onUser(adminOnly),
  'users.forgiveAttempts': onUser(adminOnly),
  'users.get': onUser(userReaders),
  'users.getByEmail': onUser(userReaders),
  'users.getByUsername': onUser(userReaders),
  'users.getPicture': onUser(userReaders),
  'users.list': forAll(everybody),
  'users.listByIds': forAll(everybody),
  'users.listByUsernames': forAll(everybody),
  'users.listKnown': forAll(everybody),
  'users.listOfGroupChannels': forAll(everybody),
  'users.patch': onUser(selfOrAdmin),
  'users.promote': onUser(adminOnly),
  'users.resetPicture': onUser(selfOrAdmin),
  'users.search': forAll(everybody),
  'users.setActive': onUser(adminOnly),
  'users.setPassword': onUser(selfOrAdmin),
  'users.setPicture': onUser(selfOrAdmin),
  'users.setRoles': onUser(adminOnly),
  'users.verifyEmail': onUser(adminOnly),
}
