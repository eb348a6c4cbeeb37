import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Post } from '@mattermost/types/posts'
import { bundlePlugin } from '@rookery/sdk/bundle'
import { createSigningKeys, signPackage, writePackage } from '@rookery/sdk/package'
import { RookeryError, type ErrorAnswer, type ErrorCode, type Operation, type Plugin } from '@rookery/sdk/protocol'
import { runCommand } from '../../../sdk/src/cli/commands.ts'
import { openNesSocket } from '../../../test/harness/nes-socket.ts'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'orchard'
const maker = createSigningKeys()

/** What came back: an answer, or the code and the words of a refusal. */
type Heard = { readonly answer: unknown } | { readonly code: string, readonly words: string }

/** A way in for two: an admin who may do everything, and bob, who administers nothing. */
interface Door {
  /** Whether bytes go in and out by it. */
  readonly carriesBytes: boolean
  ask(who: 'admin' | 'bob', operation: Operation, input: object, bytes?: Buffer): Promise<Heard>
  close(): void
}

/** One operation: what is asked for, what has come of it, and who is refused it, with what. */
interface Step {
  readonly name: string
  readonly input?: () => object | Promise<object>
  readonly bytes?: () => Promise<Buffer>
  readonly isDone: (answer: never) => unknown
  /** Asked by bob with the same input, or by whom and with what stands here. */
  readonly refused: { readonly by?: 'admin', readonly input?: object, readonly code: ErrorCode }
}

const onPlugin = { pluginId }
const admins = { code: 'permission_missing' } as const
const elsewhere = (code: ErrorCode, more: object = {}) => ({ by: 'admin', input: { pluginId: 'nothing', ...more }, code }) as const

describe('The operations on plugins', function () {
  this.timeout(60_000)
  let world: World
  let shop: Server
  let folder: string
  const packages: Record<string, Buffer> = {}
  before(async () => {
    const bundled = await bundlePlugin(path.join(import.meta.dirname, '../../../test/fixtures/plugins/orchard'))
    const packed = async (version: string, more: object = {}): Promise<Buffer> =>
      signPackage(await writePackage({ ...bundled, manifest: { ...bundled.manifest, version, capabilities: { ...bundled.manifest.capabilities, ...more } } }), maker.privateKey)
    packages['1.0.0'] = await packed('1.0.0')
    packages['1.1.0'] = await packed('1.1.0', { secrets: { reason: 'Keeps the recipe.' } })
    shop = createServer((_request, response) => { response.end(packages['1.0.0']) })
    await new Promise<void>((resolve) => { shop.listen(0, 'localhost', resolve) })
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-operations-'))
    world = await createWorld({ settings: {
      accounts: { allowAccessTokens: true }, plugins: { acceptPackages: 'signed', development: true }, egress: { allowedPrivateAddresses: ['127.0.0.1', '::1'] },
    } })
  })
  after(async () => {
    await world.close()
    shop.close()
    await rm(folder, { recursive: true })
  })

  const openSocketDoor = async (): Promise<Door> => {
    const { server: { url }, admin, bob } = world
    const sockets = { admin: await openNesSocket(url), bob: await openNesSocket(url) }
    await sockets.admin.hello(admin.token)
    await sockets.bob.hello(bob.token)
    return {
      carriesBytes: false,
      async ask(who, { name }, input) {
        const { statusCode = 200, payload } = await sockets[who].run(name, input)
        if (statusCode < 400) return { answer: payload }
        const { code, message } = (payload as ErrorAnswer).error
        return { code, words: message }
      },
      close() { for (const socket of Object.values(sockets)) socket.close() },
    }
  }

  const openCommandLine = async (): Promise<Door> => {
    const { server: { url }, admin, bob } = world
    const people = { admin, bob }
    let files = 0
    return {
      carriesBytes: true,
      async ask(who, { name, kind }, input, bytes) {
        const said: string[] = []
        const complaints: string[] = []
        const file = path.join(folder, `${files += 1}`)
        if (bytes) await writeFile(file, bytes)
        const code = await runCommand([name, '--json', JSON.stringify(input), ...(bytes ? ['--file', file] : kind === 'download' ? ['--out', file] : [])], {
          environment: { ROOKERY_URL: url, ROOKERY_TOKEN: people[who].token }, say: (line) => { said.push(line) }, complain: (line) => { complaints.push(line) },
        })
        if (code !== 0) return { code: '', words: complaints.join('\n') }
        return { answer: kind === 'download' ? await readFile(file) : JSON.parse(said.join('\n')) as unknown }
      },
      close() {},
    }
  }

  let letters: readonly string[] = []
  /** In this order the life of a plugin. */
  const steps = (): Step[] => [
    { name: 'plugins.setSigner', input: () => ({ publicKey: maker.publicKey, name: 'The maker', standing: 'trusted' }), isDone: ({ name }: { name: string }) => name === 'The maker', refused: admins },
    { name: 'plugins.listSigners', isDone: (all: readonly { publicKey: string }[]) => all.some(({ publicKey }) => publicKey === maker.publicKey), refused: admins },
    { name: 'plugins.install', bytes: async () => packages['1.0.0'] as Buffer, isDone: ({ state }: Plugin) => state === 'disabled', refused: admins },
    { name: 'plugins.list', isDone: (all: readonly Plugin[]) => all.some(({ id }) => id === pluginId), refused: admins },
    { name: 'plugins.get', input: () => onPlugin, isDone: ({ plugin }: { plugin: Plugin }) => plugin.version === '1.0.0', refused: elsewhere('plugin_not_found') },
    { name: 'plugins.enable', input: async () => ({ ...onPlugin, consent: await requested() }), isDone: ({ state }: Plugin) => state === 'enabled', refused: elsewhere('plugin_not_found') },
    { name: 'plugins.setGrants', input: async () => ({ ...onPlugin, granted: Object.fromEntries((await requested()).filter((name) => name !== 'kv').map((name) => [name, {}])) }), isDone: ({ granted }: Plugin) => !('kv' in granted), refused: { by: 'admin', input: { ...onPlugin, granted: { db: {} } }, code: 'capability_not_requested' } },
    { name: 'plugins.setBinding', input: () => ({ ...onPlugin, binding: { scope: 'server' } }), isDone: ({ binding }: Plugin) => binding.scope === 'server', refused: admins },
    { name: 'plugins.refuseWish', input: wishForValues, isDone: ({ wishes }: Plugin) => wishes['kv']?.isRefused, refused: { by: 'admin', input: { ...onPlugin, capability: 'db' }, code: 'capability_not_requested' } },
    { name: 'plugins.setSettings', input: () => ({ ...onPlugin, scope: 'system', values: { fruit: 'pear' } }), isDone: ({ values }: { values: { fruit: string } }) => values.fruit === 'pear', refused: { by: 'admin', input: { ...onPlugin, scope: 'system', values: { colour: 'red' } }, code: 'setting_unknown' } },
    { name: 'plugins.listSettings', input: () => ({ scope: 'user', scopeId: world.admin.user.id }), isDone: (all: readonly unknown[]) => all.length === 0, refused: admins },
    { name: 'plugins.getSettings', input: () => ({ ...onPlugin, scope: 'system' }), isDone: ({ chosen }: { chosen: { fruit: string } }) => chosen.fruit === 'pear', refused: admins },
    { name: 'plugins.hooks', isDone: (all: readonly { operation: string }[]) => all.some(({ operation }) => operation === 'posts.create'), refused: admins },
    { name: 'plugins.setHook', input: () => ({ ...onPlugin, kind: 'guard', operation: 'posts.create', deadlineMs: 40 }), isDone: ([hook]: readonly { deadlineMs: number }[]) => hook?.deadlineMs === 40, refused: { by: 'admin', input: { ...onPlugin, kind: 'guard', operation: 'posts.edit' }, code: 'plugin_hook_not_found' } },
    { name: 'plugins.callRoute', input: () => ({ ...onPlugin, method: 'GET', path: '/fruit' }), isDone: ({ body }: { body: string }) => body === 'pear', refused: { by: 'admin', input: { ...onPlugin, method: 'GET', path: '/nuts' }, code: 'plugin_route_not_found' } },
    { name: 'plugins.callAction', input: () => ({ ...onPlugin, name: 'shake', data: { tree: 'The old one' } }), isDone: ({ answer }: { answer: string }) => answer === 'The old one was shaken', refused: { by: 'admin', input: { ...onPlugin, name: 'fell' }, code: 'plugin_action_not_found' } },
    { name: 'plugins.listPostKinds', isDone: (all: readonly { type: string }[]) => all.some(({ type }) => type === 'custom_orchard_harvest'), refused: { by: 'admin', input: { colour: 'red' }, code: 'invalid_input' } },
    { name: 'plugins.listWebParts', isDone: Array.isArray, refused: { by: 'admin', input: { colour: 'red' }, code: 'invalid_input' } },
    { name: 'plugins.getWebTexts', input: () => onPlugin, isDone: ({ texts }: { texts: object }) => Object.keys(texts).length === 0, refused: elsewhere('plugin_not_found') },
    { name: 'plugins.listCommands', isDone: (all: readonly { pluginId: string }[]) => all.some((each) => each.pluginId === pluginId), refused: admins },
    { name: 'plugins.runCommand', input: () => ({ ...onPlugin, trigger: 'pick', channelId: world.channel.id, text: '' }), isDone: ({ text }: { text: string }) => text === 'Picked: pear', refused: admins },
    { name: 'plugins.completeCommand', input: () => ({ ...onPlugin, trigger: 'pick', text: 'p' }), isDone: (all: readonly { value: string }[]) => all.length === 2, refused: admins },
    { name: 'plugins.contracts', isDone: (all: readonly { name: string, providers: readonly string[] }[]) => all.find(({ name }) => name === 'search')?.providers.includes(pluginId), refused: admins },
    { name: 'plugins.chooseProvider', input: () => ({ ...onPlugin, contract: 'search' }), isDone: ({ providers: [first] }: { providers: readonly string[] }) => first === pluginId, refused: { by: 'admin', input: { ...onPlugin, contract: 'commands' }, code: 'contract_not_provided' } },
    { name: 'plugins.observers', input: () => onPlugin, isDone: ([one]: readonly { name: string }[]) => one?.name === 'post.created', refused: admins },
    { name: 'plugins.deadLetters', input: failOnce, isDone: (all: readonly { id: string }[]) => { letters = all.map(({ id }) => id); return letters.length === 1 }, refused: admins },
    { name: 'plugins.replay', input: () => ({ ...onPlugin, ids: letters }), isDone: ({ count }: { count: number }) => count === 1, refused: elsewhere('plugin_not_found', { ids: [] }) },
    { name: 'plugins.dropDeadLetters', input: async () => ({ ...onPlugin, ids: await deadAgain() }), isDone: ({ count }: { count: number }) => count === 1, refused: elsewhere('plugin_not_found', { ids: [] }) },
    { name: 'plugins.usage', input: () => onPlugin, isDone: ({ hooks }: { hooks: readonly unknown[] }) => hooks.length === 1, refused: admins },
    { name: 'plugins.logs', input: () => onPlugin, isDone: (lines: readonly { message: string }[]) => lines.some(({ message }) => message.includes('The wasps were faster')), refused: admins },
    { name: 'plugins.upgrade', input: () => onPlugin, bytes: async () => packages['1.1.0'] as Buffer, isDone: ({ version, upgrade }: Plugin) => version === '1.0.0' && upgrade?.version === '1.1.0', refused: admins },
    { name: 'plugins.dropUpgrade', input: () => onPlugin, isDone: ({ upgrade }: Plugin) => upgrade === null, refused: admins },
    { name: 'plugins.acceptUpgrade', input: async () => ({ ...onPlugin, packageHash: await upgradeAgain() }), isDone: ({ version, granted }: Plugin) => version === '1.1.0' && 'secrets' in granted, refused: { by: 'admin', input: { ...onPlugin, packageHash: '0'.repeat(64) }, code: 'plugin_upgrade_not_found' } },
    { name: 'plugins.exportUserData', input: () => ({ userId: world.bob.user.id }), isDone: (bytes: Buffer | string) => bytes.length > 0, refused: { input: { userId: 'ada' }, code: 'permission_missing' } },
    { name: 'plugins.eraseUserData', input: () => ({ userId: world.bob.user.id }), isDone: (all: readonly { pluginId: string, outcome: string }[]) => all.some((each) => each.pluginId === pluginId && each.outcome === 'waiting'), refused: { input: { userId: 'ada' }, code: 'permission_missing' } },
    { name: 'plugins.revokeVersion', input: () => ({ ...onPlugin, version: '9.0.0', reason: 'Worms.' }), isDone: ({ reason }: { reason: string }) => reason === 'Worms.', refused: admins },
    { name: 'plugins.listRevokedVersions', isDone: (all: readonly { version: string }[]) => all.some(({ version }) => version === '9.0.0'), refused: admins },
    { name: 'plugins.allowVersion', input: () => ({ ...onPlugin, version: '9.0.0' }), isDone: Boolean, refused: admins },
    { name: 'plugins.disable', input: () => onPlugin, isDone: ({ state }: Plugin) => state === 'disabled', refused: admins },
    { name: 'plugins.export', input: () => onPlugin, isDone: (bytes: Buffer | string) => bytes.length > 0, refused: admins },
    { name: 'plugins.uninstall', input: () => ({ ...onPlugin, data: 'keep' }), isDone: ({ trash }: Plugin) => trash?.data === 'kept', refused: elsewhere('plugin_not_found', { data: 'keep' }) },
    { name: 'plugins.trash', isDone: (all: readonly Plugin[]) => all.some(({ id }) => id === pluginId), refused: admins },
    { name: 'plugins.restore', input: () => onPlugin, isDone: ({ trash }: Plugin) => trash === null, refused: elsewhere('plugin_not_found') },
    { name: 'plugins.emptyTrash', input: async () => { await asServer('plugins.uninstall', { ...onPlugin, data: 'keep' }); return onPlugin }, isDone: Boolean, refused: elsewhere('plugin_not_found') },
    { name: 'plugins.installFromUrl', input: () => ({ url: `http://localhost:${(shop.address() as AddressInfo).port}/orchard.zip` }), isDone: ({ version }: Plugin) => version === '1.0.0', refused: { by: 'admin', input: { url: 'http://169.254.169.254/orchard.zip' }, code: 'host_not_allowed' } },
    { name: 'plugins.develop', bytes: async () => packages['1.1.0'] as Buffer, isDone: ({ state, version }: Plugin) => state === 'enabled' && version === '1.1.0', refused: admins },
    { name: 'plugins.removeSigner', input: () => ({ publicKey: maker.publicKey }), isDone: Boolean, refused: admins },
  ]

  const operation = (name: string): Operation => world.server.kernel.operations.find(name) as Operation
  /** As the admin over HTTP, for what is not tried at the moment. */
  const asServer = async <Answer>(name: string, input: object, bytes?: Buffer): Promise<Answer> => {
    const query = bytes ? `?${new URLSearchParams(input as Record<string, string>)}` : ''
    const response = await fetch(`${world.server.url}/api/v1/${name}${query}`, {
      method: 'POST', headers: { 'Authorization': `Bearer ${world.admin.token}`, 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' }, body: bytes ? new Uint8Array(bytes) : JSON.stringify(input),
    })
    equal(response.status, 200, await response.clone().text())
    return await response.json() as Answer
  }
  const wishForValues = async (): Promise<object> => {
    const { body } = await asServer<{ body: string }>('plugins.callRoute', { ...onPlugin, method: 'GET', path: '/wish' })
    equal(body, 'waiting')
    return { ...onPlugin, capability: 'kv' }
  }
  const requested = async (): Promise<string[]> => Object.keys((await asServer<{ plugin: Plugin }>('plugins.get', onPlugin)).plugin.requested)
  const dead = (): Promise<readonly { id: string, updateAt: number }[]> => asServer('plugins.deadLetters', onPlugin)
  const failOnce = async (): Promise<object> => {
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'Ripe' } as Post)
    await eventually(dead, ({ length }) => length > 0)
    return onPlugin
  }
  /** After the replay it fails again; dropping waits for that. */
  const deadAgain = async (): Promise<readonly string[]> => (await eventually(dead, (all) => all.length === 1)).map(({ id }) => id)
  const upgradeAgain = async (): Promise<string> => (await asServer<Plugin>('plugins.upgrade', onPlugin, packages['1.1.0'])).upgrade?.packageHash ?? ''

  for (const [where, open] of [['the native websocket', openSocketDoor], ['the command line', openCommandLine]] as const) {
    it(`each work over ${where}, and each refuse there`, async () => {
      const door = await open()
      const all = steps()
      try {
        deepEqual(all.map(({ name }) => name).sort(), world.server.kernel.operations.all.map(({ name }) => name).filter((name) => name.startsWith('plugins.')).sort())
        for (const { name, input = () => ({}), bytes, isDone, refused } of all) {
          const isCarried = door.carriesBytes || operation(name).kind === 'value'
          const body = await bytes?.()
          const wanted = await input()
          const { by = 'bob', input: other = wanted, code } = refused
          const heard = await door.ask(by, operation(name), 'userId' in other ? { userId: world.ada.user.id } : other, body)
          ok('words' in heard, `${name} was not refused: ${JSON.stringify(heard)}`)
          if (heard.code === '') ok(heard.words.startsWith(new RookeryError(code).message.split('{')[0] ?? ''), `${name}: ${heard.words}`)
          else equal(heard.code, isCarried ? code : 'method_not_allowed', `${name}: ${heard.words}`)
          const done = isCarried ? await door.ask('admin', operation(name), wanted, body) : body ? { answer: await asServer(name, wanted, body) } : { answer: 'as bytes' }
          ok('answer' in done && isDone(done.answer as never), `${name} was not done: ${JSON.stringify(done).slice(0, 500)}`)
        }
      } finally {
        door.close()
        await asServer('plugins.uninstall', { ...onPlugin, data: 'purge' })
      }
    })
  }
})
