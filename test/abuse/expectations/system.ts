import { everybody, everybodyAndAnonymous, forAll, type Expectations } from '../expectation.ts'

export const systemExpectations: Expectations = {
  // Through a door that is no socket there is nothing to subscribe to.
  'events.subscribe': forAll(everybody),
  'clientLogs.write': forAll(everybody),
  'mails.test': forAll('admin'),
  'settings.describe': forAll('admin'),
  'settings.get': forAll('admin'),
  'settings.patch': forAll('admin'),
  'settings.reload': forAll('admin'),
  'statistics.listDays': forAll('admin'),
  'system.checkHealth': forAll(everybodyAndAnonymous),
  'system.checkLiveness': forAll(everybodyAndAnonymous),
  'system.checkReadiness': forAll(everybodyAndAnonymous),
  'system.describe': forAll(everybodyAndAnonymous),
  'system.describeLimits': forAll(everybody),
}
