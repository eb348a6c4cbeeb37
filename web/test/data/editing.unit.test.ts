import { deepEqual, equal } from 'node:assert/strict'
import { createPinia, setActivePinia } from 'pinia'
import { createApp } from 'vue'
import { postDeleted, type Post } from '@rookery/sdk/protocol'
import { serverKey, useEditing, useOutgoing, usePostCare, usePosts, useSession, type Live, type OutgoingPost, type Server } from '../../src/data/index.ts'

/** A page without its server: nothing is answered unless the test does, and events are what it tells. */
function createPage(answer: () => Promise<unknown> = () => new Promise(() => {})) {
  const handlers: [unknown, (payload: never) => void][] = []
  const live = { on(definition: unknown, handler: (payload: never) => void) { handlers.push([definition, handler]) }, hold: () => () => {}, onGap() {}, onConnection() {}, onSignedOut() {} } as unknown as Live
  const client = { run: answer, isConnected: true } as unknown as Server['client']
  const pinia = createPinia()
  createApp({}).use(pinia).provide(serverKey, { client, live })
  setActivePinia(pinia)
  useSession().me = { id: 'ada' } as never
  const posts = usePosts()
  posts.take([post('one'), post('two'), post('three', { userId: 'bob' }), post('root', { userId: 'bob' }), post('reply', { rootId: 'root' }), post('told', { type: 'system_join_channel' })])
  posts.channels.set('looms', { postIds: ['one', 'root', 'two', 'three', 'told'], hasOlder: false, hasNewer: false })
  posts.threads.set('root', { postIds: ['reply'], hasOlder: false, hasNewer: false })
  return { posts, editing: useEditing(), care: usePostCare(), outgoing: useOutgoing(), tell: (definition: unknown, payload: object) => { for (const [known, handler] of handlers) if (known === definition) handler(payload as never) } }
}
const post = (id: string, fields: Partial<Post> = {}): Post => ({ id, channelId: 'looms', rootId: '', userId: 'ada', type: '', message: `says ${id}`, createAt: 1, updateAt: 1, deleteAt: 0, ...fields }) as Post
const always = (): boolean => true

describe('what is edited', () => {
  it('is what one wrote last, where it may be edited and is on the screen', async () => {
    const { editing, care, posts } = createPage()
    Object.assign(globalThis, { addEventListener() {}, removeEventListener() {} })
    equal(await editing.beginWithLast('looms', '', always), 'begun')
    deepEqual(editing.awaited, { postId: 'two', list: 'channel' })
    equal(await editing.beginWithLast('looms', 'root', always), 'begun')
    deepEqual([editing.isEdited('reply', 'thread'), editing.isEdited('two', 'channel')], [true, false])

    equal(await editing.beginWithLast('looms', '', ({ id }) => id !== 'two'), 'begun')
    equal(editing.isEdited('one', 'channel'), true)
    care.removeSoon('one', () => {})
    care.removeSoon('two', () => {})
    equal(await editing.beginWithLast('looms', '', always), 'nothing')
    care.stay('two')
    equal(await editing.beginWithLast('looms', '', () => false), 'nothing')
    equal(editing.isEdited('one', 'channel'), true)
    posts.channels.clear()
    equal(await editing.beginWithLast('looms', '', always), 'nothing')
  })

  it('is at the end of the channel, wherever its list is', async () => {
    const pages = [[post('newer')], [post('late')]]
    const { editing, posts } = createPage(async () => ({ posts: pages.shift() ?? [], related: [], users: [], previousPostId: '', nextPostId: pages.length > 0 ? 'x' : '' }))
    posts.channels.set('looms', { postIds: ['one'], hasOlder: false, hasNewer: true })
    // A page that is read by scrolling is under way.
    const scrolling = posts.loadNewer('looms')
    equal(await editing.beginWithLast('looms', '', always), 'begun')
    await scrolling
    equal(editing.isEdited('late', 'channel'), true)
  })

  it('is nothing where what one wrote last has not arrived', async () => {
    const { editing, outgoing } = createPage()
    const waiting = { pendingId: 'ada:1', channelId: 'looms', rootId: '', message: 'late', files: [], props: {}, writtenAt: 1, failure: null } satisfies OutgoingPost
    outgoing.waiting = [waiting]
    equal(await editing.beginWithLast('looms', '', always), 'underWay')
    equal(editing.awaited, undefined)
    equal(await editing.beginWithLast('looms', 'root', always), 'begun')
    outgoing.waiting = [{ ...waiting, rootId: 'root' }]
    deepEqual([await editing.beginWithLast('looms', 'root', always), await editing.beginWithLast('looms', '', always)], ['underWay', 'begun'])
  })

  it('is edited in one list alone, and keeps its text until it is kept, given up or deleted', () => {
    const { editing, tell } = createPage()
    const two = post('two')
    editing.begin('two', 'thread')
    deepEqual((['channel', 'thread', 'pinned', 'saved'] as const).map((list) => editing.isEdited('two', list)), [false, true, false, false])
    editing.setText('two', 'half a')
    // It has the focus once, and not again when its row comes back into the page.
    editing.noteFocus()
    equal(editing.awaited, undefined)
    editing.begin('one', 'channel')
    deepEqual([editing.isEdited('two', 'thread'), editing.textOf(two), editing.textOf(post('one'))], [false, 'half a', 'says one'])
    editing.end('two')
    deepEqual([editing.textOf(two), editing.isEdited('one', 'channel')], ['says two', true])
    editing.setText('one', 'gone')
    tell(postDeleted, { post: post('one') })
    deepEqual([editing.isEdited('one', 'channel'), editing.textOf(post('one'))], [false, 'says one'])
  })
})
