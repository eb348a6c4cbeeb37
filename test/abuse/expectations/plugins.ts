import { forAll, type Expectations } from '../expectation.ts'

/** Nothing is granted to it, so it is never enabled. */
const first = { pluginId: 'first' }

export const pluginExpectations: Expectations = {
  'plugins.list': forAll('admin'),
  'plugins.get': forAll('admin', () => first),
  'plugins.enable': forAll('admin', () => first),
  'plugins.disable': forAll('admin', () => first),
  'plugins.setGrants': forAll('admin', () => ({ ...first, granted: {} })),
  'plugins.setBinding': forAll('admin', () => ({ ...first, binding: { scope: 'server' } })),
}
