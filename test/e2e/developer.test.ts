import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pluginsGet, pluginsList } from '@rookery/sdk/protocol'
import { runCommand } from '../../sdk/src/cli/commands.ts'
import { openSocket } from '../harness/mattermost-client.ts'
import { command, eventually } from '../harness/plugin-actions.ts'
import { createTestDatabase } from '../harness/postgres.ts'
import { createWorld, type World } from '../harness/world.ts'

const root = path.join(import.meta.dirname, '../..')

interface Said { readonly code: number, readonly out: readonly string[], readonly errors: readonly string[] }

describe('The command line of who writes a plugin', function () {
  this.timeout(120_000)
  let world: World
  let folder: string
  before(async () => {
    world = await createWorld({ settings: { plugins: { development: true } }, releasePlugins: ['slash-commands'] })
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-dev-'))
    // As after `npm install`.
    await mkdir(path.join(folder, 'node_modules'))
    await symlink(path.join(root, 'node_modules/@rookery'), path.join(folder, 'node_modules/@rookery'))
  })
  after(async () => {
    await world.close()
    await rm(folder, { recursive: true })
  })

  const start = (words: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const out: string[] = []
    const errors: string[] = []
    const stopping = new AbortController()
    const done = runCommand(words, { environment: { PATH: process.env['PATH'], ...environment }, say: (line) => { out.push(line) }, complain: (line) => { errors.push(line) }, signal: stopping.signal })
    return { out, errors, done, stop() { stopping.abort() } }
  }
  const rookery = async (words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Said> => {
    const { out, errors, done } = start(words, environment)
    return { code: await done, out, errors }
  }
  const here = (): { ROOKERY_DATA: string } => ({ ROOKERY_DATA: world.server.kernel.settings.dataFolder })
  const hello = (): string => path.join(folder, 'hello')

  it('makes a plugin that works, and never over another', async () => {
    deepEqual(await rookery(['create', hello()]), { code: 0, out: [`${hello()} is there: rookery test ${hello()}, then rookery dev ${hello()}`], errors: [] })
    const { id } = JSON.parse(await readFile(path.join(hello(), 'plugin.json'), 'utf8')) as { id: string }
    equal(id, 'hello')
    match((await rookery(['create', hello()])).errors[0] ?? '', /is not empty/)
    match((await rookery(['create', path.join(folder, 'Über')])).errors[0] ?? '', /cannot be named Über/)
    match((await rookery(['create', path.join(folder, 'other'), '--package', 'else.tgz'])).errors[0] ?? '', /else\.tgz is no package of Rookery/)
    equal((await rookery(['create', path.join(folder, 'packed'), '--package', path.join(folder, 'rookery-sdk-0.1.0.tgz')])).code, 0)
    const { devDependencies } = JSON.parse(await readFile(path.join(folder, 'packed/package.json'), 'utf8')) as { devDependencies: Record<string, string> }
    equal(devDependencies['@rookery/sdk'], 'file:../rookery-sdk-0.1.0.tgz')
  })

  it('runs its tests, here and in the isolate', async () => {
    equal((await rookery(['test', hello()])).code, 0)
    equal((await rookery(['test', hello(), '--isolate'])).code, 0)
    const test = path.join(hello(), 'test/greeting.test.ts')
    const text = await readFile(test, 'utf8')
    await writeFile(test, text.replace("'Hello ada! (1)'", "'Hello bob!'"))
    equal((await rookery(['test', hello()])).code, 1)
    await writeFile(test, text)
    match((await rookery(['test', folder])).errors[0] ?? '', /tests are test\/\*\.test\.ts/)
  })

  it('loads it anew on every change, and says where it fails in the words of the author', async () => {
    const file = path.join(hello(), 'src/index.ts')
    const text = await readFile(file, 'utf8')
    const dev = start(['dev', hello(), '--url', world.server.url, '--token', world.admin.token])
    const reloads = (): number => dev.out.filter((line) => /^hello 1\.0\.0 runs, loaded in \d+ ms$/.test(line)).length
    const save = async (content: string): Promise<void> => {
      const before = reloads() + dev.errors.length
      await writeFile(file, content)
      await eventually(() => reloads() + dev.errors.length, (count) => count > before)
    }
    const greet = (): Promise<unknown> => world.ada.client.executeCommand('/hello', { channel_id: world.channel.id, team_id: world.team.id })
    await eventually(reloads, (count) => count === 1)
    const socket = await openSocket(world.server.url, world.ada.token)
    const heard = (message: string): Promise<unknown> => socket.event('ephemeral_message', ({ data }) => (JSON.parse((data as { post: string }).post) as { message: string }).message === message)
    await greet()
    await heard('Hello ada! (1)')
    await save(text.replace('`Hello ', '`Welcome '))
    await greet()
    // What it keeps is kept.
    await heard('Welcome ada! (2)')
    await eventually(() => dev.out, (lines) => lines.some((line) => line.includes('info Greets somebody {"times":2}')))

    await save(text.replace("    const { userId }", "    if (text === 'break') throw new RangeError('broken')\n    const { userId }"))
    await world.ada.client.executeCommand('/hello break', { channel_id: world.channel.id, team_id: world.team.id }).catch(() => {})
    const complaint = await eventually(() => dev.out.find((line) => line.includes('broken')), (line) => line !== undefined)
    match(complaint ?? '', /error command hello failed: broken\n {4}at src\/index\.ts:6:33/)

    await save(`${text}const = `)
    match(dev.errors.at(-1) ?? '', /PARSE_ERROR[^]*src\/index\.ts:\d+/)
    await save(`${text}\nif ((globalThis as { WebAssembly?: unknown }).WebAssembly === undefined) throw new TypeError('at the start')\n`)
    const failure = await eventually(() => dev.out.find((line) => line.includes('at the start')), (line) => line !== undefined)
    match(failure ?? '', /the module failed: at the start\n {4}at src\/index\.ts:\d+/)
    equal((await command(world, pluginsGet, { pluginId: 'hello' })).plugin.state, 'disabled')

    await save(text)
    equal((await command(world, pluginsGet, { pluginId: 'hello' })).plugin.state, 'enabled')
    // How quickly is what it says itself; a machine that has others to serve takes longer.
    ok(dev.out.filter((line) => /^hello 1\.0\.0 runs, loaded in \d+ ms$/.test(line)).length > 1, dev.out.join(''))
    dev.stop()
    socket.close()
    equal(await dev.done, 0)
  })

  it('is refused by a server that does not allow it', async () => {
    const careful = await createWorld()
    try {
      const { code, errors } = await rookery(['dev', hello(), '--url', careful.server.url, '--token', careful.admin.token])
      deepEqual([code, errors[0]?.slice(0, 56)], [1, 'This server takes no plugins that are being written; ROO'])
    } finally {
      await careful.close()
    }
  })

  it('does operations as the local admin, over a socket that is nobody else\'s', async () => {
    const socket = path.join(here().ROOKERY_DATA, 'rookery.sock')
    equal((await stat(socket)).mode & 0o777, 0o600)
    const listed = await rookery(['plugins.list'], here())
    deepEqual((JSON.parse(listed.out.join('\n')) as { id: string }[]).map(({ id }) => id), ['hello', 'slash-commands'])
    equal((JSON.parse((await rookery(['plugins.disable', '--id', 'slash-commands'], here())).out.join('\n')) as { state: string }).state, 'disabled')
    equal((await command(world, pluginsList, {})).find(({ id }) => id === 'slash-commands')?.state, 'disabled')
    equal((JSON.parse((await rookery(['plugins.enable', '--plugin-id=slash-commands'], here())).out.join('\n')) as { state: string }).state, 'enabled')
  })

  it('reads fields as the operation wants them, whole inputs as JSON, and files both ways', async () => {
    const asJson = async (words: readonly string[]): Promise<Record<string, unknown>> => JSON.parse((await rookery(words, here())).out.join('\n')) as Record<string, unknown>
    const channel = await asJson(['channels.get', '--id', world.channel.id])
    equal(channel['name'], 'looms')
    equal((await asJson(['channels.update', '--id', world.channel.id, '--header', '5 o\'clock']))['header'], '5 o\'clock')
    deepEqual((await asJson(['plugins.setBinding', '--id', 'hello', '--json', JSON.stringify({ binding: { scope: 'teams', ids: [world.team.id] } })]))['binding'], { scope: 'teams', ids: [world.team.id] })
    deepEqual((await asJson(['plugins.setGrants', '--id', 'hello', '--granted', '{"kv":{}}']))['granted'], { kv: {} })
    deepEqual((await asJson(['plugins.enable', '--id', 'hello', '--consent', 'commands,users:read']))['granted'], { 'kv': {}, 'commands': {}, 'users:read': {} })
    const archive = path.join(folder, 'hello-data.zip')
    match((await rookery(['plugins.export', '--id', 'hello', '--out', archive], here())).out[0] ?? '', /hello-data\.zip: \d+ bytes$/)
    ok(existsSync(archive))
    match((await rookery(['plugins.install', '--file', archive, '--accept', 'unsigned'], here())).errors[0] ?? '', /package/)
  })

  it('says in one sentence what is wrong', async () => {
    const first = async (words: readonly string[], environment: Readonly<Record<string, string>> = here()): Promise<[number, string]> => {
      const { code, errors } = await rookery(words, environment)
      return [code, errors[0] ?? '']
    }
    deepEqual(await first(['plugins.get', '--id', 'nothing']), [1, 'There is no plugin nothing.'])
    deepEqual(await first(['plugins.get', 'nothing']), [2, 'There must be a name before nothing, as in --name value.'])
    deepEqual(await first(['plugins.get', '--id']), [2, 'There must be a value after --id.'])
    deepEqual(await first(['plugins.get', '--json', '{']), [2, 'What stands behind --json is not JSON.'])
    deepEqual(await first(['plugins.export', '--id', 'hello']), [2, 'Name the file to write with --out.'])
    deepEqual((await first(['plugins.get', '--json', '{"pluginId":"hello","more":1}']))[0], 2)
    deepEqual(await first(['nothing.atAll']), [2, 'There is no operation nothing.atAll.'])
    match((await first(['plugins.list'], { ROOKERY_DATA: folder }))[1], /^No server runs in .*rookery-dev-/)
    match((await first(['plugins.list'], { ROOKERY_TOKEN: 'nonsense', ROOKERY_URL: world.server.url }))[1], /^Sign in first/)
    match((await first(['plugins.list', '--url', world.server.url]))[1], /^Name the token/)
    match((await rookery(['plugins.enable', '--help'])).out.join('\n'), /--plugin-id <string>\n *--consent <string,…> \(optional\)/)
    match((await rookery(['help', 'operations'])).out.join('\n'), /plugins\.disable/)
  })

  it('runs a whole server, with what comes with the release', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'rookery-whole-'))
    const database = await createTestDatabase()
    const environment = { ROOKERY_DATA: data, DATABASE_URL: database.connectionString, ROOKERY_LISTEN: '127.0.0.1:0', ROOKERY_TELEMETRY_LEVEL: 'warn' }
    const server = start(['start'], environment)
    await eventually(() => server.out, (lines) => lines.some((line) => line.startsWith('Rookery is at ')), 60_000)
    deepEqual((JSON.parse((await rookery(['plugins.list'], environment)).out.join('\n')) as { id: string, state: string }[]).map(({ id, state }) => `${id} ${state}`), ['custom-status enabled', 'slash-commands enabled'])
    match((await rookery(['start'], environment)).errors.join('\n'), /in use|another/)
    server.stop()
    equal(await server.done, 0)
    equal(server.out.at(-1), 'Stopping')
    await database.drop()
    await rm(data, { recursive: true })
  })

  it('runs a server of the packages beside it', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'rookery-own-'))
    const own = start(['dev', hello(), '--data', data, '--listen', '127.0.0.1:0'], { DATABASE_URL: '' })
    await eventually(() => own.out.concat(own.errors), (lines) => lines.some((line) => line.startsWith('hello 1.0.0 runs')), 60_000)
    ok(own.out.some((line) => line.startsWith('Rookery is at ')))
    own.stop()
    equal(await own.done, 0)
    await rm(data, { recursive: true })
  })
})

