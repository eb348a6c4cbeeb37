import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { bundlePlugin, type BundledPlugin } from './bundle-plugin.ts'
import { isReleased, readReleaseList, type ReleaseList } from './release-list.ts'

export interface ReadPluginsOptions {
  /** With a folder per plugin. */
  readonly folder: string
  /** Where bundles are kept, by the hash of their sources; left out, they are made anew each time. */
  readonly cacheFolder?: string
  /** A plugin that cannot be read keeps the others from nothing. */
  readonly onError: (name: string, error: unknown) => void
}

/** Bundled by `npm run release:local`, beside `plugin.json`. */
export const packedName = 'plugin.bundle.json'

/** A plugin of the folder that came with the server. */
export interface ReadPlugin extends BundledPlugin {
  /** It is what the release was made with: its hash is on the list of the release, or it was made from the sources of the checkout just now. */
  readonly isTrusted: boolean
}

/** The plugins of a folder, as they lie there packed or made from their sources. */
export async function readPlugins({ folder, cacheFolder, onError }: ReadPluginsOptions): Promise<ReadPlugin[]> {
  if (!existsSync(folder)) return []
  const list = await readReleaseList(folder)
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'plugin.json'))).map(({ name }) => name).sort()
  const read = await Promise.all(names.map(async (name) => {
    try {
      return await readOne(path.join(folder, name), cacheFolder, list)
    } catch (error) {
      onError(name, error)
      return undefined
    }
  }))
  return read.filter((plugin) => plugin !== undefined)
}

async function readOne(folder: string, cacheFolder: string | undefined, list: ReleaseList): Promise<ReadPlugin> {
  const packed = path.join(folder, packedName)
  if (!existsSync(packed)) return { ...await readSources(folder, cacheFolder), isTrusted: true }
  const plugin = JSON.parse(await readFile(packed, 'utf8')) as BundledPlugin
  return { ...plugin, isTrusted: isReleased(list, plugin) }
}

async function readSources(folder: string, cacheFolder: string | undefined): Promise<BundledPlugin> {
  if (cacheFolder === undefined) return bundlePlugin(folder)
  const cached = path.join(cacheFolder, `${path.basename(folder)}-${await hashSources(folder)}.json`)
  if (existsSync(cached)) return JSON.parse(await readFile(cached, 'utf8')) as BundledPlugin
  const made = await bundlePlugin(folder)
  await mkdir(cacheFolder, { recursive: true })
  // Whoever reads at this moment must not see half of it.
  const draft = `${cached}.${process.pid}`
  await writeFile(draft, JSON.stringify(made))
  await rename(draft, cached)
  return made
}

/** Of the plugin's files and of the SDK that goes into its bundle. */
async function hashSources(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const sdk = path.dirname(import.meta.dirname)
  for (const place of [folder, path.join(sdk, 'plugin'), path.join(sdk, 'web'), import.meta.dirname]) {
    const files = (await readdir(place, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules')).map((entry) => path.join(entry.parentPath, entry.name)).sort()
    for (const file of files) hash.update(path.relative(place, file)).update('\0').update(await readFile(file)).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}
