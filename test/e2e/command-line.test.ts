import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writePackage } from '@rookery/sdk/package'
import { pluginsGet, pluginsList } from '@rookery/sdk/protocol'
import { runCommand } from '../../sdk/src/cli/commands.ts'
import { command } from '../harness/plugin-actions.ts'
import { rawPlugin } from '../harness/raw-plugin.ts'
import { createWorld, type World } from '../harness/world.ts'

const root = path.join(import.meta.dirname, '../..')

describe('the command line of who makes plugins', function () {
  this.timeout(60_000)
  let world: World
  let folder: string
  before(async () => {
    world = await createWorld()
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-cli-'))
  })
  after(async () => {
    await world.close()
    await rm(folder, { recursive: true })
  })

  const rookery = async (...words: string[]): Promise<{ code: number | null, out: string, errors: string }> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, 'sdk/src/cli/rookery.ts'), ...words], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], ROOKERY_URL: world.server.url, ROOKERY_TOKEN: world.admin.token },
    })
    const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>])
    return { code, out, errors }
  }

  it('packs, signs and installs', async () => {
    match((await rookery('pack', path.join(root, 'test/fixtures/plugins/first'))).out, /^first-1\.0\.0\.zip: first 1\.0\.0, \d+ bytes, not signed yet\n$/)
    const refused = await rookery('install', 'first-1.0.0.zip')
    deepEqual([refused.code, refused.out], [1, ''])
    match(refused.errors, /^The package is not signed\. .* Here: --accept unsigned\.\n$/)
    const publicKey = (await rookery('keys', 'maker.pem')).out.trim()
    equal((await stat(path.join(folder, 'maker.pem'))).mode & 0o777, 0o600)
    equal((await rookery('sign', 'first-1.0.0.zip', '--key', 'maker.pem')).out, `first-1.0.0.zip: signed by ${publicKey}\n`)
    match((await rookery('install', 'first-1.0.0.zip')).errors, new RegExp(`signed by ${publicKey.replaceAll(/[+/=]/g, '.')}, whom this server does not trust`))
    const installed = (await rookery('install', 'first-1.0.0.zip', '--accept', 'signed')).out
    match(installed, /^first 1\.0\.0 is installed and disabled\nIt asks for:\n/)
    equal((await rookery('install', 'first-1.0.0.zip', '--accept', 'signed', '--upgrade')).out, installed)
    deepEqual((await command(world, pluginsList, {})).map(({ id, signer }) => [id, signer]), [['first', publicKey]])
  })

  it('asks whoever sits there before it takes what somebody signed whom the server does not know', async () => {
    await rookery('pack', path.join(root, 'test/fixtures/plugins/keeper'))
    const [{ code: _code, out: packed }] = [await rookery('sign', 'keeper-1.0.0.zip', '--key', 'maker.pem')]
    const publicKey = packed.trim().split(' ').at(-1) ?? ''
    const install = async (isWanted: boolean, file = path.join(folder, 'keeper-1.0.0.zip')): Promise<[number, string[], string[]]> => {
      const said: string[] = []
      const asked: string[] = []
      const code = await runCommand(['install', file], {
        environment: { ROOKERY_URL: world.server.url, ROOKERY_TOKEN: world.admin.token }, say: (line) => { said.push(line) }, complain: () => {},
        confirm: (question) => { asked.push(question); return Promise.resolve(isWanted) },
      })
      return [code, said, asked]
    }
    const question = `The package is keeper 1.0.0, signed by ${publicKey}, whom this server does not trust. Who wants it all the same names that signer. Take this one package?`
    deepEqual(await install(false), [1, [], [question]])
    const unsigned = path.join(folder, 'unsigned.zip')
    await rookery('pack', path.join(root, 'test/fixtures/plugins/keeper'), '--out', unsigned)
    const [unsaid, , askedOfIt] = await install(false, unsigned)
    deepEqual([unsaid, askedOfIt], [1, ['The package is not signed. Who wants it all the same must say so. Take this one package?']])
    const [code, [first], asked] = await install(true)
    deepEqual([code, first, asked], [0, 'keeper 1.0.0 is installed and disabled', [question]])
    equal((await rookery('plugins.uninstall', '--id', 'keeper', '--data', 'purge')).code, 0)
    match((await rookery('install', 'keeper-1.0.0.zip', '--signer', publicKey)).out, /^keeper 1\.0\.0 is installed and disabled\n/)
  })

  it('says in one sentence what is wrong, and what there is', async () => {
    const key = await readFile(path.join(folder, 'maker.pem'), 'utf8')
    deepEqual(await rookery('keys', 'maker.pem'), { code: 1, out: '', errors: 'maker.pem is there already, and stays as it is.\n' })
    equal(await readFile(path.join(folder, 'maker.pem'), 'utf8'), key)
    match((await rookery('sign', 'first-1.0.0.zip')).errors, /^Name the key with --key/)
    match((await rookery('sign', 'first-1.0.0.zip', '--key', 'first-1.0.0.zip')).errors, /^first-1\.0\.0\.zip is no private key; `rookery keys` makes one\.\n/)
    match((await rookery('sign', 'absent.zip', '--key', 'maker.pem')).errors, /^absent\.zip is not there\.\n$/)
    match((await rookery('sign', 'maker.pem', '--key', 'maker.pem')).errors, /no zip archive/)
    match((await rookery('pack', 'nowhere')).errors, /plugin\.json cannot be read/)
    match((await rookery('install')).errors, /^Name a package\./)
    match((await rookery('install', 'first-1.0.0.zip', '--url', 'http://localhost:1')).errors, /^There is no answer from http:\/\/localhost:1 \(ECONNREFUSED\)/)
    match((await rookery('install', 'first-1.0.0.zip', '--token', 'nonsense')).errors, /^Sign in first/)
    deepEqual(await rookery('instal'), { code: 2, out: '', errors: 'There is no command instal. Did you mean install? `rookery help` lists what there is.\n' })
    match((await rookery('pack', '.', '--ou', 'x')).errors, /^There is no option --ou\. Did you mean --out\?\n {2}rookery pack <folder>/)
    match((await rookery('pack', '.', '--out')).errors, /^There must be a value after --out\.\n/)
    deepEqual(await rookery('plugins.lst'), { code: 2, out: '', errors: 'There is no operation plugins.lst. Did you mean plugins.list?\n' })
    match((await rookery()).out, /rookery pack <folder>/)
    const { out } = await rookery('pack', '--help')
    match(out, /^rookery pack/)
    deepEqual([await rookery('help', 'pack'), (await rookery('help', 'dance')).code], [{ code: 0, out, errors: '' }, 2])
    match((await rookery('help', 'plugins.get')).out, /--plugin-id <string>\n/)
    match((await rookery('--version')).out, /^\d+\.\d+\.\d+\n$/)
  })

  it('shows what a plugin asks for, and what its next version asks for beyond that', async () => {
    const make = async (version: string, more: object, closed: boolean): Promise<string> => {
      const { manifest, source } = rawPlugin({
        id: 'careful', version, capabilities: [], limits: { heapMegabytes: 128, valueKeys: 10 }, source: "rookery.on('guard posts.create', () => null)",
        contributes: { guards: [{ operation: 'posts.create', needs: ['message'], onFailure: closed ? 'closed' : 'open' }] },
      })
      const file = path.join(folder, `careful-${version}.zip`)
      await writeFile(file, await writePackage({ manifest: { ...manifest, capabilities: { 'posts:guard': { reason: 'Keeps \u001b[31mrude\u202e words out.' }, ...more } }, source }))
      return file
    }
    const lines = async (...words: string[]): Promise<readonly string[]> => (await rookery(...words)).out.trimEnd().split('\n')
    deepEqual(await lines('install', await make('1.0.0', {}, true), '--accept', 'unsigned'), [
      'careful 1.0.0 is installed and disabled', 'It asks for:', '  posts:guard: Keeps  [31mrude  words out.', '  heapMegabytes: 128', 'While it fails, nobody can do posts.create.',
      'Who consents to that lets it run with:', '  rookery plugins.enable --id careful --consent posts:guard',
    ])
    match((await rookery('plugins.enable', '--id', 'careful')).errors, /cannot do without posts:guard/)
    equal((await rookery('plugins.enable', '--id', 'careful', '--consent', 'posts:guard')).code, 0)
    const waiting = await lines('install', await make('1.1.0', { 'http': { reason: 'Asks a judge.', hosts: ['judge.example.org'] }, 'kv': { reason: 'Remembers.', optional: true } }, true), '--accept', 'unsigned', '--upgrade')
    const { plugin: { upgrade } } = await command(world, pluginsGet, { pluginId: 'careful' })
    const agree = `plugins.acceptUpgrade --id careful --package-hash ${upgrade?.packageHash} --consent kv`
    deepEqual(waiting, [
      'careful 1.1.0 waits for consent; 1.0.0 runs on', 'It asks for more than it has:', '  + http (judge.example.org): Asks a judge.', '  + kv: Remembers. It works without.',
      'Who agrees to that says so with:', `  rookery ${agree}`,
    ])
    deepEqual((await lines('plugins')).filter((line) => line.startsWith('careful')), ['careful 1.0.0 enabled; 1.1.0 waits for consent'])
    equal((await rookery(...agree.split(' '))).code, 0)
    deepEqual((await lines('plugins')).filter((line) => line.startsWith('careful')), ['careful 1.1.0 enabled'])
    equal((await rookery('plugins.uninstall', '--id', 'careful', '--data', 'purge')).code, 0)
    // What is known beforehand is said at once.
    deepEqual(await lines('install', await make('1.2.0', {}, false), '--accept', 'unsigned', '--consent', 'posts:guard'), ['careful 1.2.0 is installed and enabled'])
    const older = ['install', await make('1.1.9', {}, false), '--accept', 'unsigned', '--upgrade']
    const refused = await rookery(...older)
    equal(refused.code, 1)
    match(refused.errors, /Version 1\.1\.9 of the plugin careful is older than 1\.2\.0/)
    deepEqual(await lines(...older, '--allow-older'), ['careful 1.1.9 is installed and enabled'])
    match((await rookery('plugins', 'careful')).errors, /^What is to be done with careful\?/)
  })
})
