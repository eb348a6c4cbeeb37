import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pluginsList } from '@rookery/sdk/protocol'
import { runCommand } from '../../sdk/src/cli/commands.ts'
import { command } from '../harness/plugin-actions.ts'
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
    match(refused.errors, /^The package is not signed/)
    const publicKey = (await rookery('keys', 'maker.pem')).out.trim()
    equal((await stat(path.join(folder, 'maker.pem'))).mode & 0o777, 0o600)
    equal((await rookery('sign', 'first-1.0.0.zip', '--key', 'maker.pem')).out, `first-1.0.0.zip: signed by ${publicKey}\n`)
    match((await rookery('install', 'first-1.0.0.zip')).errors, new RegExp(`signed by ${publicKey.replaceAll(/[+/=]/g, '.')}, whom this server does not trust`))
    equal((await rookery('install', 'first-1.0.0.zip', '--accept', 'signed')).out, 'first 1.0.0 is installed and disabled\n')
    equal((await rookery('install', 'first-1.0.0.zip', '--accept', 'signed', '--upgrade')).out, 'first 1.0.0 is installed and disabled\n')
    deepEqual((await command(world, pluginsList, {})).map(({ id, signer }) => [id, signer]), [['first', publicKey]])
  })

  it('asks whoever sits there before it takes what somebody signed whom the server does not know', async () => {
    await rookery('pack', path.join(root, 'test/fixtures/plugins/keeper'))
    const [{ code: _code, out: packed }] = [await rookery('sign', 'keeper-1.0.0.zip', '--key', 'maker.pem')]
    const publicKey = packed.trim().split(' ').at(-1) ?? ''
    const install = async (isWanted: boolean): Promise<[number, string[], string[]]> => {
      const said: string[] = []
      const asked: string[] = []
      const code = await runCommand(['install', path.join(folder, 'keeper-1.0.0.zip')], {
        environment: { ROOKERY_URL: world.server.url, ROOKERY_TOKEN: world.admin.token }, say: (line) => { said.push(line) }, complain: () => {},
        confirm: (question) => { asked.push(question); return Promise.resolve(isWanted) },
      })
      return [code, said, asked]
    }
    const question = `The package is keeper 1.0.0, signed by ${publicKey}, whom this server does not trust. Who wants it all the same names that signer. Take this one package?`
    deepEqual(await install(false), [1, [], [question]])
    deepEqual(await install(true), [0, ['keeper 1.0.0 is installed and disabled'], [question]])
    equal((await rookery('plugins.uninstall', '--id', 'keeper', '--data', 'purge')).code, 0)
    equal((await rookery('install', 'keeper-1.0.0.zip', '--signer', publicKey)).out, 'keeper 1.0.0 is installed and disabled\n')
  })

  it('says in one sentence what is wrong, and what there is', async () => {
    const key = await readFile(path.join(folder, 'maker.pem'), 'utf8')
    equal((await rookery('keys', 'maker.pem')).code, 1)
    equal(await readFile(path.join(folder, 'maker.pem'), 'utf8'), key)
    match((await rookery('sign', 'first-1.0.0.zip')).errors, /^Name the key with --key/)
    match((await rookery('sign', 'maker.pem', '--key', 'maker.pem')).errors, /no zip archive/)
    match((await rookery('pack', 'nowhere')).errors, /plugin\.json cannot be read/)
    match((await rookery('install')).errors, /^Name a package\./)
    match((await rookery('install', 'first-1.0.0.zip', '--url', 'http://localhost:1')).errors, /^There is no answer from http:\/\/localhost:1 \(ECONNREFUSED\)/)
    match((await rookery('install', 'first-1.0.0.zip', '--token', 'nonsense')).errors, /^Sign in first/)
    const unknown = await rookery('dance')
    deepEqual([unknown.code, unknown.out], [2, ''])
    match((await rookery()).out, /rookery pack <folder>/)
    match((await rookery('pack', '--help')).out, /^rookery pack/)
  })
})
