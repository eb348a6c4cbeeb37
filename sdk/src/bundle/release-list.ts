import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { hashPlugin } from '../package/index.ts'
import type { BundledPlugin } from './bundle-plugin.ts'

/** Beside the folders of the plugins that it names: their hashes, as the checkout made them that the release was made from. */
const listName = 'release.json'

/** By id. */
export type ReleaseList = Readonly<Record<string, string>>

export const listRelease = (plugins: readonly BundledPlugin[]): ReleaseList => Object.fromEntries(plugins.map((plugin) => [plugin.manifest.id, hashPlugin(plugin)]))

export const isReleased = (list: ReleaseList, plugin: BundledPlugin): boolean => Object.hasOwn(list, plugin.manifest.id) && list[plugin.manifest.id] === hashPlugin(plugin) && isWebItsOwn(plugin)

/** The manifest names the hash of the web code, and the hash of the plugin is that of its manifest. */
const isWebItsOwn = ({ manifest, web }: BundledPlugin): boolean => manifest.web?.sha256 === (web === undefined ? undefined : createHash('sha256').update(web).digest('hex'))

/** Of nobody where there is none. */
export async function readReleaseList(folder: string): Promise<ReleaseList> {
  try {
    return JSON.parse(await readFile(path.join(folder, listName), 'utf8')) as ReleaseList
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
