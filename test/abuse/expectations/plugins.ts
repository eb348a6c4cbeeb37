import { forAll, unknownId, type Expectations } from '../expectation.ts'

/** Nothing is granted to it, so it is never enabled. */
const first = { pluginId: 'first' }

export const pluginExpectations: Expectations = {
  'plugins.list': forAll('admin'),
  'plugins.get': forAll('admin', () => first),
  'plugins.enable': forAll('admin', () => first),
  'plugins.disable': forAll('admin', () => first),
  'plugins.setGrants': forAll('admin', () => ({ ...first, granted: {} })),
  'plugins.getSettings': forAll('admin', () => ({ ...first, scope: 'system' })),
  'plugins.setSettings': forAll('admin', () => ({ ...first, scope: 'system', values: {} })),
  'plugins.hooks': forAll('admin'),
  'plugins.setHook': forAll('admin', () => ({ ...first, kind: 'guard', operation: 'posts.create' })),
  'plugins.deadLetters': forAll('admin', () => first),
  'plugins.replay': forAll('admin', () => ({ ...first, ids: [unknownId] })),
  'plugins.dropDeadLetters': forAll('admin', () => ({ ...first, ids: [unknownId] })),
  'plugins.observers': forAll('admin', () => first),
  // It does not run, and nobody learns more than that.
  'plugins.callRoute': forAll('', () => ({ ...first, method: 'GET', path: '/' })),
  'plugins.callAction': forAll('', () => ({ ...first, name: 'vote' })),
  'plugins.setBinding': forAll('admin', () => ({ ...first, binding: { scope: 'server' } })),
}
