import { createPrivateKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createSigningKeys, packageFiles, readArchive, signPackage } from '../package/index.ts'
import type { OutputOf, Plugin, PluginManifest, pluginsGet } from '../protocol/index.ts'
import { only, textOf, UsageError, type Command } from './command.ts'
import { describeRequest, describeUpgrade, plain } from './consent.ts'
import { linkOf, RefusedError, serverOptions, type ServerLink } from './server-link.ts'

const readDescription = async (bytes: Buffer): Promise<PluginManifest> => JSON.parse((await readArchive(bytes)).get(packageFiles.description)?.toString() ?? '{}') as PluginManifest

/** What an admin may answer to a refusal, in the words of the operation and of the command line. */
function wordFor({ code, details }: RefusedError): { readonly name: string, readonly value: string, readonly option: string } | undefined {
  switch (code) {
    case 'package_unsigned':
      return { name: 'accept', value: 'unsigned', option: '--accept unsigned' }
    case 'package_signer_unknown':
      return { name: 'signer', value: String(details['signer']), option: `--signer ${String(details['signer'])}` }
    case 'plugin_version_older':
      return { name: 'allowOlder', value: 'true', option: '--allow-older' }
    default:
      return undefined
  }
}

const describe = ({ id, version, state, upgrade }: Plugin): string => upgrade
  ? `${id} ${upgrade.version} waits for consent; ${version} runs on`
  : `${id} ${version} is installed and ${state}`

/** What became of it, and what is left to decide. */
async function tell(plugin: Plugin, link: ServerLink, url: string | undefined, say: (line: string) => void): Promise<void> {
  const { id, state, upgrade } = plugin
  say(describe(plugin))
  if (upgrade) for (const line of describeUpgrade(plugin, upgrade, url)) say(line)
  else if (state === 'disabled') for (const line of describeRequest(await link.askJson<OutputOf<typeof pluginsGet>>('plugins.get', { pluginId: id }), url)) say(line)
}

async function signWith(bytes: Buffer, keyFile: string): Promise<Buffer> {
  const key = await readFile(keyFile, 'utf8')
  try {
    createPrivateKey(key)
  } catch {
    throw new UsageError(`${keyFile} is no private key; \`rookery keys\` makes one.`)
  }
  return signPackage(bytes, key)
}

/** From the folder of a plugin to a server. */
export const packageCommands: Readonly<Record<string, Command>> = {
  pack: {
    usage: 'rookery pack <folder> [--out <file>]', summary: 'makes the package of a plugin', options: { out: { type: 'string' } },
    async run(asked, { say }) {
      const folder = only(asked, 'the folder of a plugin')
      // The bundler is not there where packages are only signed or sent.
      const { packPlugin } = await import('../bundle/index.ts')
      const { id, version, bytes } = await packPlugin(path.resolve(folder))
      const file = textOf(asked.options['out']) ?? `${id}-${version}.zip`
      await writeFile(file, bytes)
      say(`${file}: ${id} ${version}, ${bytes.length} bytes, not signed yet`)
    },
  },
  keys: {
    usage: 'rookery keys <file>', summary: 'makes a key for signing, and tells its public half, which servers can trust', options: {},
    async run(asked, { say }) {
      const file = only(asked, 'the file in which the key will lie')
      const { privateKey, publicKey } = createSigningKeys()
      // A key that is there already is never lost.
      await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' })
      say(publicKey)
    },
  },
  sign: {
    usage: 'rookery sign <package> --key <file>', summary: 'signs a package in place', options: { key: { type: 'string' } },
    async run(asked, { say }) {
      const file = only(asked, 'a package')
      const key = textOf(asked.options['key'])
      if (key === undefined) throw new UsageError('Name the key with --key; `rookery keys` makes one.')
      const signed = await signWith(await readFile(file), key)
      await writeFile(file, signed)
      const { publicKey } = JSON.parse((await readArchive(signed)).get(packageFiles.signature)?.toString() ?? '{}') as { publicKey: string }
      say(`${file}: signed by ${publicKey}`)
    },
  },
  install: {
    usage: 'rookery install <package> [--url <server>] [--token <token>] [--signer <public key> | --accept trusted|signed|unsigned] [--upgrade [--allow-older]] [--consent <capability,…>]',
    summary: 'sends a package to the server of this folder, or to ROOKERY_URL with the ROOKERY_TOKEN of an admin, and says what it asks for; with --consent it is let run',
    options: { ...serverOptions, accept: { type: 'string' }, signer: { type: 'string' }, consent: { type: 'string' }, upgrade: { type: 'boolean' }, 'allow-older': { type: 'boolean' } },
    async run(asked, surroundings) {
      const file = only(asked, 'a package')
      const link = linkOf(asked, surroundings)
      const bytes = await readFile(file)
      const query = new URLSearchParams()
      for (const name of ['accept', 'signer'] as const) {
        const value = textOf(asked.options[name])
        if (value !== undefined) query.set(name, value)
      }
      const consent = textOf(asked.options['consent'])?.split(',').filter((name) => name !== '')
      const isUpgrade = asked.options['upgrade'] === true
      if (isUpgrade) {
        query.set('pluginId', (await readDescription(bytes)).id)
        if (asked.options['allow-older'] === true) query.set('allowOlder', 'true')
        for (const name of consent ?? []) query.append('consent', name)
      }
      const send = (): Promise<Plugin> => link.upload<Plugin>(isUpgrade ? 'plugins.upgrade' : 'plugins.install', query, bytes).catch(async (error: unknown) => {
        if (!(error instanceof RefusedError)) throw error
        const word = wordFor(error)
        if (!word || query.has(word.name)) throw error
        if (!surroundings.confirm) throw new RefusedError({ ...error, message: `${error.message} Here: ${word.option}.` })
        if (!await surroundings.confirm(`${error.message} Take this one package?`)) throw error
        query.set(word.name, word.value)
        return send()
      })
      const plugin = await send()
      await tell(consent && !isUpgrade ? await link.askJson<Plugin>('plugins.enable', { pluginId: plugin.id, consent }) : plugin, link, textOf(asked.options['url']), surroundings.say)
    },
  },
  plugins: {
    usage: 'rookery plugins [--url <server>] [--token <token>]', summary: 'lists the plugins of a server and how they are', options: serverOptions,
    async run(asked, surroundings) {
      if (asked.words.length > 0) throw new UsageError(`What is to be done with ${asked.words.join(' ')}? \`rookery help operations\` lists what can be.`)
      for (const { id, version, state, reason, upgrade } of await linkOf(asked, surroundings).askJson<readonly Plugin[]>('plugins.list')) {
        surroundings.say(plain(`${id} ${version} ${state}${reason === '' ? '' : `: ${reason}`}${upgrade ? `; ${upgrade.version} waits for consent` : ''}`))
      }
    },
  },
}
