import { deepEqual } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packPlugin } from '@rookery/sdk/bundle'
import { readArchive } from '@rookery/sdk/package'
import type { PluginManifest } from '@rookery/sdk/protocol'

describe('What a package is made of', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(path.join(tmpdir(), 'rookery-materials-')) })
  afterEach(() => rm(folder, { recursive: true }))

  const write = async (name: string, content: string | object): Promise<void> => {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  const library = async (name: string, description: object): Promise<void> => {
    await write(`node_modules/${name}/package.json`, { name, version: '2.0.0', main: 'lib/index.js', ...description })
    await write(`node_modules/${name}/lib/index.js`, `export const word = ${JSON.stringify(name)}`)
  }

  it('is every package that has code in it, with the licence that it names', async () => {
    await library('@looms/warp', { license: 'MIT' })
    await library('weft', { licenses: [{ type: 'ISC' }, { type: 'BSD-3-Clause' }] })
    await library('silent', {})
    await library('unused', { license: 'AGPL-3.0-only' })
    // An inner file that only says which kind of module there is.
    await write('node_modules/weft/lib/package.json', { type: 'module' })
    await write('plugin.json', { id: 'cloth', version: '1.0.0', name: 'Cloth', apiVersion: 1, capabilities: {} })
    await write('src/index.ts', `import { word as warp } from '@looms/warp'
import { word as weft } from 'weft'
import { word as silent } from 'silent'
import { word as unused } from 'unused'
import { own } from './own.ts'
rookery.on('describe', () => ({ transforms: [], own: [warp, weft, silent, own] }))
`)
    await write('src/own.ts', 'export const own = 1')
    const { bytes } = await packPlugin(folder)
    const manifest = JSON.parse((await readArchive(bytes)).get('plugin.json')?.toString() ?? '') as PluginManifest
    deepEqual(manifest.materials, [{ name: '@looms/warp', version: '2.0.0', license: 'MIT' }, { name: 'silent', version: '2.0.0', license: '' }, { name: 'weft', version: '2.0.0', license: 'ISC OR BSD-3-Clause' }])
  })
})

