import { equal, rejects } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundlePlugin } from '../../src/bundle/bundle-plugin.ts'

describe('a plugin whose packages are not there', () => {
  it('is told which, and is made where they are', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rookery-plugin-'))
    try {
      await mkdir(path.join(folder, 'src'))
      await writeFile(path.join(folder, 'plugin.json'), JSON.stringify({ id: 'lonely', version: '1.0.0', name: 'Lonely', description: 'Does nothing.', apiVersion: 1, license: 'Apache-2.0', capabilities: {} }))
      const entry = path.join(folder, 'src', 'index.ts')
      await writeFile(entry, `import { definePlugin } from '@rookery/sdk/plugin'\nimport manifest from '../plugin.json' with { type: 'json' }\ndefinePlugin(manifest, () => {})\n`)
      await rejects(bundlePlugin(folder), { name: 'BundleError', message: `${entry}:1 imports @rookery/sdk/plugin, which is not there: install it beside the plugin` })
      await mkdir(path.join(folder, 'node_modules', '@rookery'), { recursive: true })
      await symlink(path.resolve(import.meta.dirname, '../..'), path.join(folder, 'node_modules', '@rookery', 'sdk'))
      equal((await bundlePlugin(folder)).manifest.id, 'lonely')
      await mkdir(path.join(folder, 'web'))
      await writeFile(path.join(folder, 'web', 'index.ts'), `import 'nowhere-to-be-found'\n`)
      await rejects(bundlePlugin(folder), { name: 'BundleError', message: /web\/index\.ts:1 imports nowhere-to-be-found, which is not there/ })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
