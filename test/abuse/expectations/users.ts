import { everybody, everybodyAndAnonymous, forAll, onUser, type Expectations } from '../expectation.ts'
import { userReaders } from './cells.ts'

export const userExpectations: Expectations = {
  'users.create': forAll(everybodyAndAnonymous),
  'users.get': onUser(userReaders),
  'users.getByUsername': onUser(userReaders),
  'users.listByIds': forAll(everybody),
}
