import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createSigningKeys, packageFiles, readArchive, signPackage } from '../package/index.ts'
import type { ErrorAnswer, Plugin, PluginManifest } from '../protocol/index.ts'

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly say: (line: string) => void
  readonly complain: (line: string) => void
}

/** What somebody typed is not what a command takes; the sentence is all there is to say. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

interface Asked {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

interface Command {
  readonly usage: string
  readonly summary: string
  run(asked: Asked, surroundings: Surroundings): Promise<void>
}

const options = {
  key: { type: 'string' }, out: { type: 'string' }, url: { type: 'string' }, token: { type: 'string' }, accept: { type: 'string' }, consent: { type: 'string' }, upgrade: { type: 'boolean' }, help: { type: 'boolean' },
} as const

const only = ({ words }: Asked, what: string): string => {
  const [word] = words
  if (word === undefined || words.length !== 1) throw new UsageError(`Name ${what}.`)
  return word
}
const text = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Of developers and operators; names with a dot are operations and belong to the server. */
const commands: Readonly<Record<string, Command>> = {
  pack: {
    usage: 'rookery pack <folder> [--out <file>]', summary: 'makes the package of a plugin',
    async run(asked, { say }) {
      const folder = only(asked, 'the folder of a plugin')
      // The bundler is not there where packages are only signed or sent.
      const { packPlugin } = await import('../bundle/index.ts')
      const { id, version, bytes } = await packPlugin(path.resolve(folder))
      const file = text(asked.options['out']) ?? `${id}-${version}.zip`
      await writeFile(file, bytes)
      say(`${file}: ${id} ${version}, ${bytes.length} bytes, not signed yet`)
    },
  },
  keys: {
    usage: 'rookery keys <file>', summary: 'makes a key for signing, and tells its public half, which servers can trust',
    async run(asked, { say }) {
      const file = only(asked, 'the file in which the key will lie')
      const { privateKey, publicKey } = createSigningKeys()
      // A key that is there already is never lost.
      await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' })
      say(publicKey)
    },
  },
  sign: {
    usage: 'rookery sign <package> --key <file>', summary: 'signs a package in place',
    async run(asked, { say }) {
      const file = only(asked, 'a package')
      const key = text(asked.options['key'])
      if (key === undefined) throw new UsageError('Name the key with --key; `rookery keys` makes one.')
      const signed = await signPackage(await readFile(file), await readFile(key, 'utf8'))
      await writeFile(file, signed)
      const { publicKey } = JSON.parse((await readArchive(signed)).get(packageFiles.signature)?.toString() ?? '{}') as { publicKey: string }
      say(`${file}: signed by ${publicKey}`)
    },
  },
  install: {
    usage: 'rookery install <package> [--url <server>] [--token <token>] [--accept trusted|signed|unsigned] [--upgrade] [--consent <capability,…>]',
    summary: 'sends a package to a server; address and token may stand in ROOKERY_URL and ROOKERY_TOKEN',
    async run(asked, { environment, say }) {
      const file = only(asked, 'a package')
      const url = text(asked.options['url']) ?? environment['ROOKERY_URL'] ?? 'http://localhost:8065'
      const token = text(asked.options['token']) ?? environment['ROOKERY_TOKEN']
      if (token === undefined) throw new UsageError('Name the token of an admin with --token, or in ROOKERY_TOKEN.')
      const bytes = await readFile(file)
      const query = new URLSearchParams()
      for (const name of ['accept', 'consent'] as const) {
        const value = text(asked.options[name])
        if (value !== undefined) query.set(name, value)
      }
      const isUpgrade = asked.options['upgrade'] === true
      if (isUpgrade) query.set('pluginId', (JSON.parse((await readArchive(bytes)).get(packageFiles.description)?.toString() ?? '{}') as PluginManifest).id)
      const answer = await fetch(`${url.replace(/\/+$/, '')}/api/v1/plugins.${isUpgrade ? 'upgrade' : 'install'}?${query}`, {
        method: 'POST', headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/zip' }, body: new Uint8Array(bytes),
      })
      const told = await answer.json().catch(() => ({})) as Plugin | Partial<ErrorAnswer>
      if (!answer.ok) throw new UsageError('error' in told && told.error ? told.error.message : `The server answered ${answer.status}.`)
      say(describe(told as Plugin))
    },
  },
}

const describe = ({ id, version, state, upgrade }: Plugin): string => upgrade
  ? `${id} ${upgrade.version} waits for consent; ${version} runs on`
  : `${id} ${version} is installed and ${state}`

/** Answers the exit code. */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { say, complain } = surroundings
  const [name = '', ...rest] = words
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const isHelp = name === '' || name === 'help' || name === '--help'
    if (!isHelp) complain(`There is no command ${name}.`)
    for (const { usage, summary } of Object.values(commands)) (isHelp ? say : complain)(`  ${usage}\n      ${summary}`)
    return isHelp ? 0 : 2
  }
  try {
    const { positionals, values } = parseArgs({ args: [...rest], options, allowPositionals: true })
    if (values.help) say(`${command.usage}\n  ${command.summary}`)
    else await command.run({ words: positionals, options: values }, surroundings)
    return 0
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
    if (error instanceof UsageError) complain(`  ${command.usage}`)
    return 1
  }
}
