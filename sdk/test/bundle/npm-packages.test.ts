import { equal, rejects } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTestPlugin } from '@rookery/sdk/testing'

const root = path.join(import.meta.dirname, '../../..')
const manifest = { id: 'borrower', version: '1.0.0', name: 'Borrower', apiVersion: 1, capabilities: { commands: { reason: 'Is tested.' } } }

describe('packages of npm in a plugin', function () {
  this.timeout(30_000)
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(path.join(tmpdir(), 'rookery-borrower-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const write = async (name: string, content: string | object): Promise<void> => {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  }

  it('work in the isolate, whichever kind of module they are, unless they need what only Node has', async () => {
    await mkdir(path.join(folder, 'node_modules'))
    await symlink(path.join(root, 'node_modules/@rookery'), path.join(folder, 'node_modules/@rookery'))
    await write('plugin.json', manifest)
    await write('src/index.ts', `
      import { definePlugin } from '@rookery/sdk/plugin'
      import { shout } from 'shouting'
      import whisper from 'whispering'
      import manifest from '../plugin.json' with { type: 'json' }
      definePlugin(manifest, (plugin) => { plugin.command('say', { description: 'Says it' }, ({ text }) => ({ text: shout(text) + whisper(text) })) })`)
    await write('node_modules/shouting/package.json', { name: 'shouting', version: '1.0.0', type: 'module', exports: './index.js' })
    await write('node_modules/shouting/index.js', 'export const shout = (text) => text.toUpperCase()')
    await write('node_modules/whispering/package.json', { name: 'whispering', version: '1.0.0', main: 'lib/index.js' })
    await write('node_modules/whispering/lib/index.js', `module.exports = (text) => '(' + text.toLowerCase() + ')'`)
    const plugin = await createTestPlugin({ folder, isolate: true })
    equal((await plugin.command('say', 'Tea')).text, 'TEA(tea)')
    plugin.close()
    await write('node_modules/whispering/lib/index.js', `module.exports = require('node:fs').readFileSync`)
    await rejects(createTestPlugin({ folder, isolate: true }), /node:fs|require/)
  })
})
