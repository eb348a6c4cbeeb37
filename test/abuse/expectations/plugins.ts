import { everybody, forAll, onUser, unknownId, type Expectations } from '../expectation.ts'
import { selfOrAdmin } from './cells.ts'

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
  'plugins.listSettings': onUser({ self: everybody, member: 'member', guest: 'guest', admin: 'admin' }, ({ userId }) => ({ scope: 'user', scopeId: userId })),
  'plugins.install': forAll('admin'),
  // Where nobody listens.
  'plugins.installFromUrl': forAll('admin', () => ({ url: 'http://127.0.0.1:1/growing.zip' })),
  // Nowhere but where plugins are written.
  'plugins.develop': forAll(''),
  'plugins.upgrade': forAll('admin', () => first),
  'plugins.acceptUpgrade': forAll('admin', () => ({ ...first, packageHash: '0'.repeat(64) })),
  'plugins.dropUpgrade': forAll('admin', () => first),
  'plugins.uninstall': forAll('admin', () => ({ ...first, data: 'keep' })),
  'plugins.trash': forAll('admin'),
  'plugins.listSigners': forAll('admin'),
  'plugins.setSigner': forAll('admin', () => ({ publicKey: `${'A'.repeat(43)}=`, standing: 'trusted' })),
  'plugins.removeSigner': forAll('admin', () => ({ publicKey: `${'A'.repeat(43)}=` })),
  'plugins.listRevokedVersions': forAll('admin'),
  'plugins.revokeVersion': forAll('admin', () => ({ pluginId: 'nothing', version: '1.0.0', reason: 'It is tested.' })),
  'plugins.allowVersion': forAll('admin', () => ({ pluginId: 'nothing', version: '1.0.0' })),
  // It is not in the trash, and who may not know hears no more than that.
  'plugins.restore': forAll('', () => first),
  'plugins.emptyTrash': forAll('', () => first),
  'plugins.export': forAll('admin', () => first),
  'plugins.usage': forAll('admin', () => first),
  'plugins.logs': forAll('admin', () => first),
  'plugins.hooks': forAll('admin'),
  'plugins.setHook': forAll('admin', () => ({ ...first, kind: 'guard', operation: 'posts.create' })),
  'plugins.deadLetters': forAll('admin', () => first),
  'plugins.replay': forAll('admin', () => ({ ...first, ids: [unknownId] })),
  'plugins.dropDeadLetters': forAll('admin', () => ({ ...first, ids: [unknownId] })),
  'plugins.observers': forAll('admin', () => first),
  // It does not run, and nobody learns more than that.
  'plugins.callRoute': forAll('', () => ({ ...first, method: 'GET', path: '/' })),
  'plugins.callAction': forAll('', () => ({ ...first, name: 'vote' })),
  'plugins.listPostKinds': forAll(everybody),
  'plugins.listWebParts': forAll(everybody),
  // It does not run, and nobody learns more than that.
  'plugins.getWebTexts': forAll('', () => first),
  'plugins.exportUserData': onUser(selfOrAdmin),
  'plugins.eraseUserData': onUser(selfOrAdmin),
  'audit.list': forAll('admin'),
  'plugins.refuseWish': forAll('admin', () => ({ ...first, capability: 'users:read' })),
  'plugins.setBinding': forAll('admin', () => ({ ...first, binding: { scope: 'server' } })),
}
