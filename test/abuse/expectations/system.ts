import { everybody, everybodyAndAnonymous, forAll, type Expectations } from '../expectation.ts'

export const systemExpectations: Expectations = {
  'clientLogs.write': forAll(everybody),
  'settings.get': forAll('admin'),
  'settings.patch': forAll('admin'),
  'settings.reload': forAll('admin'),
  'system.checkHealth': forAll(everybodyAndAnonymous),
  'system.describe': forAll(everybodyAndAnonymous),
}
