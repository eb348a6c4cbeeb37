import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { only, textOf, UsageError, type Command } from './command.ts'

/** Where an id may become a slash command as well. */
const nameForm = /^[a-z][a-z0-9-]{1,30}$/

const sentence = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll('-', ' ')

/** Names of packages by the tarballs that hold them. */
const tarballForm = /^rookery-(sdk|kernel|compat)-.*\.tgz$/

export async function ownVersion(): Promise<string> {
  return (JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
}

/** What `npm run check` needs besides: the tests run on Node, the plugin itself does not. */
const checkers = { 'typescript': '^6.0.3', '@types/node': '^26.0.0' }

async function dependencies(tarballs: readonly string[], folder: string): Promise<Readonly<Record<string, string>>> {
  const version = await ownVersion()
  const found: Record<string, string> = { '@rookery/sdk': version, '@rookery/kernel': version, '@rookery/compat': version }
  for (const tarball of tarballs) {
    const name = tarballForm.exec(path.basename(tarball))?.[1]
    if (name === undefined) throw new UsageError(`${tarball} is no package of Rookery: their names begin with rookery-sdk-, rookery-kernel- or rookery-compat-.`)
    found[`@rookery/${name}`] = `file:${path.relative(folder, path.resolve(tarball)).split(path.sep).join('/')}`
  }
  return { ...found, ...checkers }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const files = (name: string, devDependencies: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'package.json': json({
    name, version: '1.0.0', private: true, type: 'module',
    scripts: { dev: 'rookery dev .', test: 'rookery test .', check: 'tsc -p . && tsc -p test', pack: 'rookery pack .' },
    engines: { node: '>=26.10' },
    devDependencies,
  }),
  'tsconfig.json': json({
    compilerOptions: { target: 'esnext', module: 'nodenext', lib: ['esnext'], strict: true, noEmit: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, allowImportingTsExtensions: true, resolveJsonModule: true, skipLibCheck: true, types: [] },
    include: ['src'],
  }),
  'test/tsconfig.json': json({ extends: '../tsconfig.json', compilerOptions: { types: ['node'] }, include: ['.'] }),
  '.gitignore': 'node_modules\n.rookery\n*.zip\n*.pem\n',
  'plugin.json': json({
    id: name, version: '1.0.0', name: sentence(name), description: 'Greets people.', apiVersion: 1, license: 'Apache-2.0',
    capabilities: {
      'commands': { reason: `Brings /${name}.` },
      'users:read': { reason: 'Greets people by their names.' },
      'kv': { reason: 'Counts how often somebody was greeted.' },
    },
  }),
  'src/index.ts': `import { definePlugin } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }

definePlugin(manifest, (plugin) => {
  plugin.command('${name}', { description: 'Greets you', hint: '[words]', arguments: [{ kind: 'text', hint: '[words]', description: 'What else is to be said' }] }, async ({ text }, context) => {
    const { userId } = context.actor
    const [user, times] = await Promise.all([context.users.get({ userId }), context.kv.increment(\`greeted \${userId}\`)])
    context.log.info('Greets somebody', { times })
    return { text: \`Hello \${user.username}!\${text === '' ? '' : \` \${text}\`} (\${times})\` }
  })
})
`,
  'test/greeting.test.ts': `import { equal, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import path from 'node:path'
import { createTestPlugin, type TestPlugin } from '@rookery/sdk/testing'

const userId = 'ada00000000000000000000000'

describe('The greeting', () => {
  let plugin: TestPlugin
  before(async () => {
    plugin = await createTestPlugin({ folder: path.join(import.meta.dirname, '..') })
    plugin.answer('users.get', () => ({ username: 'ada' }))
  })
  after(() => { plugin.close() })

  it('has the name of whoever asks, and counts', async () => {
    equal((await plugin.command('${name}', '', { userId })).text, 'Hello ada! (1)')
    equal((await plugin.command('${name}', 'Good morning.', { userId })).text, 'Hello ada! Good morning. (2)')
  })

  it('is not there without a name', async () => {
    plugin.fail('users.get', { code: 'user_not_found', times: 1 })
    await rejects(plugin.command('${name}', '', { userId }), { code: 'user_not_found' })
  })
})
`,
  'README.md': `# ${sentence(name)}

Greets people: \`/${name}\`.
`,
})

export const createCommand: Command = {
  usage: 'rookery create <folder> [--package <tarball,…>]', summary: 'makes a plugin that works, with a test; the packages of Rookery come from tarballs where they are not published',
  options: { package: { type: 'string' } },
  async run(asked, { say }) {
    const folder = path.resolve(only(asked, 'the folder of the plugin'))
    const name = path.basename(folder)
    if (!nameForm.test(name)) throw new UsageError(`A plugin cannot be named ${name}: small letters, digits and hyphens, beginning with a letter.`)
    const tarballs = textOf(asked.options['package'])?.split(',') ?? []
    const made = files(name, await dependencies(tarballs, folder))
    const present = await readdir(folder).catch(() => [])
    if (present.length > 0) throw new UsageError(`${folder} is not empty.`)
    for (const [file, content] of Object.entries(made)) {
      const target = path.join(folder, file)
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, content, { flag: 'wx' })
    }
    const place = asked.words[0] as string
    say(`${place} is there: rookery test ${place}, then rookery dev ${place}`)
  },
}
