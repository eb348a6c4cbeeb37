import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { canonicalJson } from '../package/index.ts'
import type { BundledPlugin } from './bundle-plugin.ts'
import { packedName, readPlugins } from './read-plugins.ts'
import { listRelease } from './release-list.ts'

/** Makes the plugins of a checkout ready for a server without sources and bundler, with the list of their hashes. */
export async function packReleasePlugins(folder: string, destination: string): Promise<readonly BundledPlugin[]> {
  const plugins = await readPlugins({ folder, onError(_name, error) { throw error } })
  for (const { manifest, source, web } of plugins) {
    const target = path.join(destination, manifest.id)
    await mkdir(target, { recursive: true })
    await writeFile(path.join(target, 'plugin.json'), canonicalJson(manifest))
    await writeFile(path.join(target, packedName), JSON.stringify({ manifest, source, web }))
  }
  await mkdir(destination, { recursive: true })
  await writeFile(path.join(destination, 'release.json'), canonicalJson(listRelease(plugins)))
  return plugins
}
