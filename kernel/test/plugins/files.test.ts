import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Post } from '@mattermost/types/posts'
import { sql } from '../../src/storage/index.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askPlugin, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly value?: unknown, readonly code?: string }
type Wish = readonly [verb: string, ...words: unknown[]]

describe('Files and a plugin', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['archive'] })
    await enablePlugin(world, 'archive')
  })
  after(() => world.close())

  const call = (...wishes: readonly Wish[]): Promise<Told[]> => askPlugin<Told[]>(world, 'archive', '/call', wishes.map(([verb, ...words]) => ({ verb, words })))
  const fill = (name: string, count: number): Promise<Told> => askPlugin(world, 'archive', '/fill', { name, count })
  const one = async (...wish: Wish): Promise<unknown> => {
    const [told] = await call(wish)
    return told?.code ?? told?.value
  }
  const bytes = (): Promise<number> => world.server.kernel.db.value(sql`select coalesce(sum(size_bytes), 0)::int8 from plugin_files`)

  it('are kept for the plugin by name', async () => {
    const body = 'grüezi ☃'
    const sha256 = createHash('sha256').update(body).digest('hex')
    const put = await one('put', 'notes/one.txt', body, { contentType: 'text/plain' }) as { createAt: number }
    deepEqual(put, { name: 'notes/one.txt', sizeBytes: Buffer.byteLength(body), sha256, contentType: 'text/plain', createAt: put.createAt })
    deepEqual(await one('get', 'notes/one.txt'), { ...put, body })
    await call(['put', 'notes/two.bin', '/wAB', { encoding: 'base64' }], ['put', 'other', ''])
    deepEqual(await call(['get', 'notes/two.bin', { encoding: 'base64' }], ['get', 'notes/two.bin', { encoding: 'base64', start: 1, length: 1 }], ['get', 'notes/two.bin', { start: 9 }], ['get', 'other']).then((told) => told.map(({ value }) => (value as { body: string }).body)), ['/wAB', 'AA==', '', ''])
    deepEqual((await one('list', { prefix: 'notes/' }) as { name: string }[]).map(({ name }) => name), ['notes/one.txt', 'notes/two.bin'])
    deepEqual((await one('list', { after: 'notes/one.txt', limit: 1 }) as { name: string }[]).map(({ name }) => name), ['notes/two.bin'])
    await one('put', 'other', 'again')
    deepEqual(await call(['get', 'other'], ['delete', 'other'], ['delete', 'other'], ['get', 'other']).then((told) => told.map(({ value, code }) => code ?? (typeof value === 'object' ? (value as { body: string }).body : value))), ['again', true, false, 'plugin_file_not_found'])
    equal(await world.server.kernel.db.value(sql`select count(*) from unclaimed_blobs where starts_with(storage_key, 'plugin-files/archive/')`), 2)
  })

  it('have bounds: of a name, of one, of all together', async () => {
    deepEqual(await Promise.all([one('put', '', 'x'), one('put', 'a\nb', 'x'), one('put', '\ud800', 'x'), one('put', 'a'.repeat(201), 'x'), one('put', 'a', 'x', { contentType: 'a\r\nb' }), one('get', 'a', { length: 3_000_000 })]), Array.from({ length: 6 }, () => 'invalid_input'))
    equal((await fill('large', 3_000_000)).code, 'invalid_input')
    equal((await fill('large', 2_097_153)).code, 'body_too_large')
    ok((await fill('half', 600_000)).value)
    equal((await fill('other half', 600_000)).code, 'plugin_storage_full')
    ok((await fill('half', 1_000_000)).value)
    const both = await Promise.all([fill('one', 30_000), fill('two', 30_000)])
    deepEqual(both.map(({ code = 'put' }) => code).sort(), ['plugin_storage_full', 'put'])
    ok(await bytes() <= 2 ** 20)
  })

  it('of channels are read and put there as whoever may', async () => {
    const form = new FormData()
    form.set('channel_id', world.channel.id)
    form.set('files', new Blob(['warp and weft']), 'pattern.txt')
    const { file_infos: [info] } = await world.ada.client.uploadFile(form)
    const copy = (person?: Person): Promise<{ value?: { file: { id: string, sizeBytes: number, channelId: string, name: string }, size: number, beyond: string }, code?: string }> =>
      askPlugin(world, 'archive', '/copy', { fileId: info?.id, channelId: world.channel.id, name: 'copy.txt' }, person)
    equal((await copy()).code, 'file_not_found')
    await world.ada.client.createPost({ channel_id: world.channel.id, message: '', file_ids: [info?.id] } as unknown as Post)
    const { value } = await copy()
    deepEqual([value?.size, value?.beyond, value?.file.sizeBytes, value?.file.channelId, value?.file.name], [13, '', 13, world.channel.id, 'copy.txt'])
    await grantPlugin(world, 'archive', ['routes', 'files:write'])
    equal((await copy()).code, 'capability_denied')
    await grantPlugin(world, 'archive', ['routes', 'files:read'])
    equal((await copy()).code, 'capability_denied')
  })

  it('are out of reach from the moment on at which the grant is taken away', async () => {
    await grantPlugin(world, 'archive', ['routes', 'files'])
    const watching = askPlugin<{ code: string }>(world, 'archive', '/watch', {})
    await eventually(() => world.server.kernel.plugins.hosts.statistics('archive')?.invocations, (count) => count !== undefined)
    await grantPlugin(world, 'archive', ['routes'])
    equal((await watching).code, 'capability_denied')
    deepEqual(await call(['get', 'half'], ['put', 'a', 'x'], ['list'], ['delete', 'half']).then((told) => told.map(({ code }) => code)), Array.from({ length: 4 }, () => 'capability_denied'))
  })
})
