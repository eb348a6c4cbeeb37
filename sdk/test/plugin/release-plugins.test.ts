import { deepEqual, equal, rejects } from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packReleasePlugins, readPlugins, type ReadPlugin } from '../../src/bundle/index.ts'

const fixtures = path.join(import.meta.dirname, '../../../test/fixtures/plugins')

describe('The plugins of a release', () => {
  let folder: string
  let sources: string
  let release: string
  before(async () => {
    // Within the repository: the sources find the SDK as those of a checkout do.
    folder = await mkdtemp(path.join(fixtures, '../.release-'))
    sources = path.join(folder, 'sources')
    release = path.join(folder, 'release')
    for (const name of ['first', 'tick']) await cp(path.join(fixtures, name), path.join(sources, name), { recursive: true })
  })
  after(() => rm(folder, { recursive: true }))

  const read = async (place: string): Promise<[string, boolean][]> =>
    (await readPlugins({ folder: place, onError(_name, error) { throw error } })).map(({ manifest, isTrusted }: ReadPlugin) => [manifest.id, isTrusted])

  it('are trusted as the checkout has them, and as the list of the release names them', async () => {
    deepEqual(await read(sources), [['first', true], ['tick', true]])
    equal((await packReleasePlugins(sources, release)).length, 2)
    deepEqual(await read(release), [['first', true], ['tick', true]])
  })

  it('are not trusted when their code is another, or nobody lists them', async () => {
    const file = path.join(release, 'first', 'plugin.bundle.json')
    const bundle = JSON.parse(await readFile(file, 'utf8')) as { manifest: object, source: string }
    await writeFile(file, JSON.stringify({ ...bundle, source: `${bundle.source};` }))
    deepEqual(await read(release), [['first', false], ['tick', true]])
    await writeFile(file, JSON.stringify({ ...bundle, manifest: { ...bundle.manifest, name: 'Second' } }))
    deepEqual(await read(release), [['first', false], ['tick', true]])
    await writeFile(file, JSON.stringify(bundle))
    await rm(path.join(release, 'release.json'))
    deepEqual(await read(release), [['first', false], ['tick', false]])
    await writeFile(path.join(release, 'release.json'), 'nonsense')
    await rejects(read(release), SyntaxError)
    deepEqual(await readPlugins({ folder: path.join(tmpdir(), 'there-is-none'), onError() {} }), [])
  })
})
