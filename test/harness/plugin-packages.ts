import { Readable } from 'node:stream'
import { createSigningKeys, signPackage, writePackage, type SigningKeys } from '@rookery/sdk/package'
import { pluginsInstall, pluginsUpgrade, type InputOf, type Plugin, type PluginManifest } from '@rookery/sdk/protocol'
import { systemContext } from '@rookery/kernel'
import type { World } from './world.ts'

/** Whom test servers trust that are told so. */
export const makerKeys: SigningKeys = createSigningKeys()

const nothing: PluginManifest['contributes'] = { transforms: [], guards: [], observers: [], routes: [], commands: [], actions: [], jobs: [], provides: [], migrations: [], lifecycle: [], events: [] }

export interface PackageParts extends Partial<Omit<PluginManifest, 'contributes'>> {
  readonly contributes?: Partial<PluginManifest['contributes']>
  /** The script as it runs in the isolate: `rookery.on(name, handler)`. */
  readonly source?: string
  /** The script for the web app; the manifest tells of it by `web`. */
  readonly webScript?: string
  /** null: nobody signs. */
  readonly keys?: SigningKeys | null
}

/** A package as its maker sends it. */
export async function createPackage({ source = 'rookery.on("describe", () => ({}))', webScript, keys = makerKeys, contributes = {}, ...manifest }: PackageParts = {}): Promise<Buffer> {
  const bytes = await writePackage({
    manifest: { id: 'growing', version: '1.0.0', name: 'Growing', apiVersion: 1, capabilities: {}, ...manifest, contributes: { ...nothing, ...contributes } }, source, web: webScript,
  })
  return keys ? signPackage(bytes, keys.privateKey) : bytes
}

const bytesOf = (bytes: Buffer): Readable => Readable.from([bytes], { objectMode: false })

/** Installs a package as the server itself. */
export const installPackage = (world: World, bytes: Buffer, input: InputOf<typeof pluginsInstall> = {}): Promise<Plugin> =>
  world.server.kernel.operations.dispatch(pluginsInstall, systemContext, input, bytesOf(bytes))

export const upgradePackage = (world: World, bytes: Buffer, input: Partial<InputOf<typeof pluginsUpgrade>> = {}): Promise<Plugin> =>
  world.server.kernel.operations.dispatch(pluginsUpgrade, systemContext, { pluginId: 'growing', ...input }, bytesOf(bytes))
