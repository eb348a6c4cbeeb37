import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createSigningKeys } from '@rookery/sdk/package'
import {
  pluginsAcceptUpgrade, pluginsAllowVersion, pluginsEnable, pluginsGet, pluginsListRevokedVersions, pluginsListSigners, pluginsRemoveSigner, pluginsRevokeVersion, pluginsSetSigner, type Plugin,
} from '@rookery/sdk/protocol'
import { sql } from '../../src/storage/index.ts'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { postRoute } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'growing'
const maker = makerKeys.publicKey
const routes = { capabilities: { routes: { reason: 'Is tested.' } }, contributes: { routes: [postRoute('ask')] }, source: "rookery.on('describe', () => ({})); rookery.on('route POST /ask', () => ({ json: 'here' }))" }

describe('Whose plugins run', () => {
  let world: World
  before(async () => {
    world = await createWorld({ settings: { plugins: { trustedSigners: [maker] } } })
    await installPackage(world, await createPackage(routes))
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const standing = async (): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin
  const answers = async (): Promise<boolean> =>
    (await fetch(`${world.server.url}/plugins/${pluginId}/ask`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` } })).status === 200

  it('is shown: who signed, whom they are called by, and whether they are trusted', async () => {
    deepEqual((await command(world, pluginsGet, { pluginId })).signer, { name: '', isTrusted: true })
    deepEqual((await command(world, pluginsListSigners, {})).map(({ updateAt: _at, ...signer }) => signer), [{ publicKey: maker, name: '', standing: 'trusted', reason: '', isFromEnvironment: true }])
    equal((await command(world, pluginsSetSigner, { publicKey: maker, name: 'Makers Ltd', standing: 'trusted' })).name, 'Makers Ltd')
    deepEqual((await command(world, pluginsGet, { pluginId })).signer, { name: 'Makers Ltd', isTrusted: true })
  })

  it('ends at once when a signer is revoked, and says why; nothing that they signed comes back', async () => {
    equal(await answers(), true)
    await command(world, pluginsSetSigner, { publicKey: maker, standing: 'revoked', reason: 'the key was stolen' })
    const { state, reason } = await standing()
    deepEqual([state, reason], ['disabled', 'its signer Makers Ltd was revoked: the key was stolen'])
    equal(await answers(), false)
    await rejects(command(world, pluginsEnable, { pluginId }), { code: 'plugin_revoked', message: 'The plugin growing does not run here: its signer Makers Ltd was revoked: the key was stolen.' })
    await rejects(installPackage(world, await createPackage({ id: 'other' }), { accept: 'unsigned' }), { code: 'plugin_revoked' })
    await rejects(upgradePackage(world, await createPackage({ ...routes, version: '1.1.0' })), { code: 'plugin_revoked' })
    await world.server.restart()
    equal((await standing()).state, 'disabled')

    await command(world, pluginsSetSigner, { publicKey: maker, standing: 'trusted' })
    equal((await command(world, pluginsEnable, { pluginId })).reason, '')
    equal(await answers(), true)
  })

  it('knows the last word, however fast words follow one another', async () => {
    const { publicKey } = createSigningKeys()
    for (let round = 0; round < 20; round += 1) {
      await command(world, pluginsSetSigner, { publicKey, standing: 'trusted' })
      equal((await command(world, pluginsSetSigner, { publicKey, standing: 'revoked' })).standing, 'revoked')
      // What others were told of both has been read by now.
      await command(world, pluginsRevokeVersion, { pluginId: 'nobody', version: '1.0.0', reason: 'nothing' })
      equal((await command(world, pluginsListSigners, {})).find((signer) => signer.publicKey === publicKey)?.standing, 'revoked')
    }
    await command(world, pluginsAllowVersion, { pluginId: 'nobody', version: '1.0.0' })
    await command(world, pluginsRemoveSigner, { publicKey })
  })

  it('leaves others alone when one version is revoked', async () => {
    await installPackage(world, await createPackage({ ...routes, id: 'neighbour' }))
    await enablePlugin(world, 'neighbour')
    equal((await command(world, pluginsRevokeVersion, { pluginId, version: '1.0.0', reason: 'it loses words' })).reason, 'it loses words')
    deepEqual([(await standing()).reason, (await command(world, pluginsGet, { pluginId: 'neighbour' })).plugin.state], ['version 1.0.0 was revoked: it loses words', 'enabled'])
    await rejects(command(world, pluginsEnable, { pluginId }), { code: 'plugin_revoked' })
    equal((await upgradePackage(world, await createPackage({ ...routes, version: '1.0.1' }))).version, '1.0.1')
    await command(world, pluginsEnable, { pluginId })
    equal(await answers(), true)
    deepEqual((await command(world, pluginsListRevokedVersions, {})).map(({ version }) => version), ['1.0.0'])
    await command(world, pluginsAllowVersion, { pluginId, version: '1.0.0' })
    deepEqual(await command(world, pluginsListRevokedVersions, {}), [])
  })

  it('stops a version that waits for consent', async () => {
    const asksMore = await createPackage({ ...routes, version: '2.0.0', capabilities: { ...routes.capabilities, kv: { reason: 'Is tested.' } } })
    const { upgrade } = await upgradePackage(world, asksMore)
    await command(world, pluginsRevokeVersion, { pluginId, version: '2.0.0', reason: 'it asks too much' })
    equal((await standing()).state, 'enabled')
    await rejects(command(world, pluginsAcceptUpgrade, { pluginId, packageHash: upgrade?.packageHash ?? '' }), { code: 'plugin_revoked' })
    await command(world, pluginsAllowVersion, { pluginId, version: '2.0.0' })
  })

  it('holds for what starts later, wherever it was said', async () => {
    await world.server.kernel.db.query(sql`insert into plugin_revoked_versions (plugin_id, version, reason, update_at) values ('neighbour', '1.0.0', 'elsewhere', 1)`)
    await world.server.restart()
    deepEqual([(await command(world, pluginsGet, { pluginId: 'neighbour' })).plugin.reason], ['version 1.0.0 was revoked: elsewhere'])
  })

  it('is asked for with the words who signed, and for one package alone', async () => {
    const stranger = createSigningKeys()
    const bytes = await createPackage({ ...routes, id: 'strange', version: '3.0.0', keys: stranger })
    await rejects(installPackage(world, bytes), (error: Error & { code: string, details: object }) => {
      equal(error.message, `The package is strange 3.0.0, signed by ${stranger.publicKey}, whom this server does not trust. Who wants it all the same names that signer.`)
      deepEqual(error.details, { signer: stranger.publicKey, plugin: 'strange', version: '3.0.0' })
      return true
    })
    await rejects(installPackage(world, bytes, { signer: createSigningKeys().publicKey }), { code: 'package_signer_unknown' })
    equal((await installPackage(world, bytes, { signer: stranger.publicKey })).signer, stranger.publicKey)
    deepEqual((await command(world, pluginsGet, { pluginId: 'strange' })).signer, { name: '', isTrusted: false })
    await rejects(installPackage(world, await createPackage({ id: 'stranger', keys: stranger })), { code: 'package_signer_unknown' })
    await command(world, pluginsSetSigner, { publicKey: stranger.publicKey, name: 'Strangers', standing: 'trusted' })
    equal((await installPackage(world, await createPackage({ id: 'stranger', keys: stranger }))).id, 'stranger')
    await command(world, pluginsRemoveSigner, { publicKey: stranger.publicKey })
    match((await command(world, pluginsListSigners, {})).map(({ publicKey }) => publicKey).join(' '), new RegExp(`^${maker.replaceAll(/[+/=]/g, '.')}$`))
  })
})

describe('What a plugin is made of', () => {
  it('is told with the licences, and is in its package', async () => {
    const world = await createWorld({ plugins: ['first'] })
    const { materials } = await command(world, pluginsGet, { pluginId: 'first' })
    ok(materials.some(({ name, license }) => name === '@rookery/sdk' && license === 'Apache-2.0'))
    await world.close()
  })
})

