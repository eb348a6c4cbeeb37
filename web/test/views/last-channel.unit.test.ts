import { deepEqual, equal } from 'node:assert/strict'
import { RookeryError, type Channel } from '@rookery/sdk/protocol'
import { useChannels } from '../../src/data/index.ts'
import { useLastChannel } from '../../src/views/channel/find-channel.ts'
import { createStoreWorld, type Answers } from '../data/store-world.ts'

const square = { id: 's', teamId: 't', name: 'town-square' } as unknown as Channel

describe('where somebody was last in a team', () => {
  const { localStorage, BroadcastChannel } = globalThis
  const kept = new Map<string, string>()
  before(() => {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value) }, removeItem: (key: string) => { kept.delete(key) } } })
    Object.assign(globalThis, { BroadcastChannel: class { postMessage() {} close() {} } })
  })
  after(() => {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: localStorage })
    Object.assign(globalThis, { BroadcastChannel })
  })
  const look = async (path: string, answers: Answers = {}): Promise<{ id: string | undefined, path: string | undefined }> => {
    kept.clear()
    if (path) kept.set('rookery.lastChannel.t', path)
    const world = createStoreWorld(answers)
    world.use(useChannels).channels.set('s', square)
    return { id: (await useLastChannel()('t'))?.id, path: kept.get('rookery.lastChannel.t') }
  }

  it('is the channel of the address while that is there, whatever the team is called now', async () => {
    deepEqual(await look('/old-name/channels/town-square'), { id: 's', path: '/old-name/channels/town-square' })
    equal((await look('')).id, undefined)
  })

  it('is forgotten where it was left or renamed, and kept where nobody can tell', async () => {
    const refuse = (error: Error): Answers => ({ 'channels.getByName': () => { throw error }, 'users.getByUsername': () => { throw error } })
    for (const path of ['/engines/channels/quarry', '/engines/messages/@bob']) {
      deepEqual(await look(path, refuse(new RookeryError('channel_not_found'))), { id: undefined, path: undefined })
      deepEqual(await look(path, refuse(new TypeError('Failed to fetch'))), { id: undefined, path })
    }
  })
})
