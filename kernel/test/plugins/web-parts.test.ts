import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { pluginsDisable, pluginsEnable, pluginsGet, pluginsGetWebTexts, pluginsListWebParts, pluginsSetBinding, pluginsSetGrants, pluginWebPartsChanged, type PluginManifest, type PluginWeb } from '@rookery/sdk/protocol'
import { askNative, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { createClient } from '@rookery/sdk/client'

const pluginId = 'com.example.noticeboard'

describe('Web parts of plugins', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['noticeboard'] })
  })
  after(() => world.close())

  const list = (person: Person = world.ada): Promise<PluginWeb[]> => askNative(world, person, pluginsListWebParts, {})
  const namesFor = async (person?: Person): Promise<string[]> => (await list(person)).flatMap(({ parts }) => parts.map(({ name }) => name))

  it('are known to everybody who is signed in while the plugin is enabled, and told of when that changes', async () => {
    const client = createClient({ url: world.server.url, token: world.bob.token })
    const told: object[] = []
    client.events.on(pluginWebPartsChanged, (payload) => { told.push(payload) })
    await client.connect()
    deepEqual(await list(), [])
    await rejects(askNative(world, world.ada, pluginsGetWebTexts, { pluginId }), { code: 'plugin_not_enabled' })
    equal((await fetch(`${world.server.url}/api/v1/plugins.listWebParts`)).status, 401)

    await enablePlugin(world, pluginId, ['web', 'routes', 'realtime', 'kv'])
    deepEqual(await namesFor(), ['open', 'board', 'wall', 'toWall', 'link', 'pin', 'card', 'habits'])
    deepEqual((await namesFor(world.admin)).at(-1), 'care', 'pages for admins are for admins')
    const [shown] = await list()
    deepEqual([shown?.isOfRelease, shown?.isInDirect, shown?.binding], [false, false, { scope: 'server' }])
    equal((await askNative(world, world.ada, pluginsGetWebTexts, { pluginId })).texts['web.add'], 'Put up')
    await world.ada.client.patchMe({ locale: 'de' })
    await eventually(async () => (await list())[0]?.name, (name) => name === 'Schwarzes Brett')
    equal((await list())[0]?.parts.find(({ name }) => name === 'board')?.title, 'Schwarzes Brett')
    equal((await askNative(world, world.ada, pluginsGetWebTexts, { pluginId })).texts['web.add'], 'Aushängen')

    await command(world, pluginsDisable, { pluginId })
    deepEqual(await list(), [])
    await eventually(() => told.length, (count) => count >= 2)
    deepEqual(told, [{ pluginId, version: '1.0.0', isThere: true }, { pluginId, version: '1.0.0', isThere: false }])
    client.disconnect()
  })

  it('are there only where the plugin is at work and may show them', async () => {
    await enablePlugin(world, pluginId)
    equal((await list())[0]?.isInDirect, true)
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'teams', ids: [world.team.id] } })
    deepEqual((await list())[0]?.binding, { scope: 'teams', ids: [world.team.id] })
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'teams', ids: ['z'.repeat(26)] } })
    deepEqual(await list(), [], 'nobody learns of teams in which they are not')
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
    await command(world, pluginsSetGrants, { pluginId, granted: { routes: {}, realtime: {}, kv: {} } })
    deepEqual(await list(), [])
    await enablePlugin(world, pluginId)
  })

  it('come in a document that may do nothing but run their script, by its hash', async () => {
    const [shown] = await list()
    const address = shown?.frame ?? ''
    match(address, /^\/web-parts\/com\.example\.noticeboard\/[0-9a-f]{64}\/frame\.html$/)
    const document = await fetch(world.server.url + address)
    const policy = document.headers.get('content-security-policy') ?? ''
    const script = await fetch(world.server.url + address.replace('frame.html', 'web.js'))
    const code = await script.text()
    const digest = createHash('sha256').update(code).digest()
    ok(address.includes(digest.toString('hex')))
    for (const rule of ["default-src 'none'", "script-src 'self'", 'sandbox allow-scripts', "frame-ancestors 'self'", "form-action 'none'", `, script-src 'sha256-${digest.toString('base64')}'`]) ok(policy.includes(rule), `${rule} in ${policy}`)
    ok(!/connect-src|unsafe-eval|script-src[^;,]*unsafe/.test(policy), policy)
    ok((await document.text()).includes(`integrity="sha256-${digest.toString('base64')}"`))
    deepEqual([script.headers.get('access-control-allow-origin'), script.headers.get('cache-control'), script.headers.get('content-type')], ['*', 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'])
    for (const other of [address.replace(/[0-9a-f]{64}/, '0'.repeat(64)), address.replace(pluginId, 'nobody'), address.replace(/[0-9a-f]{64}/, '..%2f..')]) equal((await fetch(world.server.url + other)).status, 404, other)
    await command(world, pluginsDisable, { pluginId })
    equal((await fetch(world.server.url + address)).status, 404, 'a plugin that is off shows nothing')
    await enablePlugin(world, pluginId)
  })

  type WebPartsOf = NonNullable<PluginManifest['contributes']['webParts']>
  const part = (more: object): WebPartsOf => [{ name: 'one', slot: 'appBar', title: 'One', ...more }] as WebPartsOf
  const script = 'parent.postMessage(1, "*")'
  const codeOf = (text: string): NonNullable<PluginManifest['web']> => ({ sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) })
  const web = { capabilities: { web: { reason: 'Shows.' } } }

  it('are refused with a package where they do not go together', async () => {
    const cases: [reason: RegExp, parts: Parameters<typeof createPackage>[0]][] = [
      [/takes the capability web/, { contributes: { webParts: part({}) }, capabilities: {} }],
      [/is a view, and it has no web code/, { ...web, contributes: { webParts: part({ slot: 'sidePanel' }) } }],
      [/does nothing/, { ...web, contributes: { webParts: part({}) } }],
      [/opens nowhere/, { ...web, contributes: { webParts: part({ opens: 'nowhere' }) } }],
      [/is no action/, { ...web, contributes: { webParts: part({ asks: 'nothing' }) } }],
      [/does more than one thing/, { ...web, contributes: { webParts: part({ slot: 'composer', asks: 'x', inserts: 'x' }) } }],
      [/there is no composer/, { ...web, contributes: { webParts: part({ inserts: 'x' }) } }],
      [/two web parts one/, { ...web, contributes: { webParts: [...part({}), ...part({})] } }],
      [/with which types/, { ...web, web: codeOf(script), webScript: script, contributes: { webParts: part({ slot: 'postFooter' }) } }],
      [/has all the room/, { ...web, web: codeOf(script), webScript: script, contributes: { webParts: part({ slot: 'page', height: { first: 100 } }) } }],
      [/less room at most/, { ...web, web: codeOf(script), webScript: script, contributes: { webParts: part({ slot: 'profileCard', height: { first: 100, most: 50 } }) } }],
      [/beside the account/, { ...web, web: codeOf(script), webScript: script, contributes: { webParts: part({ slot: 'account' }) } }],
      [/web code is missing/, { ...web, web: codeOf(script), contributes: { webParts: part({ slot: 'page' }) } }],
      [/says nothing/, { ...web, webScript: script }],
      [/another hash/, { ...web, web: { ...codeOf(script), sha256: '0'.repeat(64) }, webScript: script }],
      [/another length/, { ...web, web: { ...codeOf(script), bytes: 1 }, webScript: script }],
    ]
    for (const [reason, parts] of cases) await rejects(createPackage(parts).then((bytes) => installPackage(world, bytes, { accept: 'unsigned' })), (error: { code: string, message: string }) => error.code === 'package_invalid' && reason.test(error.message), String(reason))
    // What hardly can be packed: 60 KB of it are more than a plugin has by default.
    const large = `// ${Array.from({ length: 2000 }, (_each, index) => createHash('sha256').update(String(index)).digest('hex')).join('')}`
    const heavy = { ...web, web: codeOf(large), webScript: large }
    await rejects(installPackage(world, await createPackage(heavy), { accept: 'unsigned' }), /KB packed, and may have 50/)
    equal((await installPackage(world, await createPackage({ ...heavy, limits: { webKilobytes: 200 } }), { accept: 'unsigned' })).state, 'disabled')
  })

  it('that another version adds wait for consent, and come with it', async () => {
    await command(world, pluginsEnable, { pluginId: 'growing', consent: ['web'] })
    deepEqual((await list()).map(({ pluginId: id }) => id), [pluginId], 'it shows nothing yet')
    const next = await upgradePackage(world, await createPackage({ ...web, version: '1.1.0', web: codeOf(script), webScript: script, contributes: { webParts: part({ slot: 'page' }) } }), { accept: 'unsigned' })
    equal(next.version, '1.1.0')
    const shown = (await list()).find(({ pluginId: id }) => id === 'growing')
    ok(shown?.frame.includes(codeOf(script).sha256))
    equal(await (await fetch(world.server.url + (shown?.frame ?? '').replace('frame.html', 'web.js'))).text(), script)
    deepEqual((await command(world, pluginsGet, { pluginId: 'growing' })).contributes.webParts?.map(({ slot }) => slot), ['page'])
  })
})
