import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { writePackage, type ArchiveFile } from '../package/index.ts'
import { bundlePlugin } from './bundle-plugin.ts'

/** What travels besides the code, for whoever reads a package. */
const companions = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE']

/** Makes the package of a plugin from its folder; nobody has signed it yet. The same sources make the same bytes. */
export async function packPlugin(folder: string): Promise<{ readonly id: string, readonly version: string, readonly bytes: Buffer }> {
  const { manifest, source, web } = await bundlePlugin(folder)
  const bytes = await writePackage({ manifest, source, web, files: await readCompanions(folder) })
  return { id: manifest.id, version: manifest.version, bytes }
}

async function readCompanions(folder: string): Promise<ArchiveFile[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const chosen = entries.filter((entry) => entry.isFile() && companions.includes(entry.name)).map(({ name }) => name)
  return Promise.all(chosen.map(async (name) => ({ path: name, bytes: await readFile(path.join(folder, name)) })))
}
