import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsDisable, pluginsEnable, pluginsGet, pluginsList, pluginsSetGrants } from '@rookery/sdk/protocol'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { openSocket } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { systemContext } from '../../src/operations/index.ts'

const required = ['posts:transform', 'posts:guard', 'posts:read', 'posts:write']

describe('A plugin from TypeScript in the confined host', () => {
  let world: World
  before(async () => { world = await createWorld({ plugins: ['first'] }) })
  after(() => world.close())

  const operations = () => world.server.kernel.operations
  const post = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const answerTo = async (message: string): Promise<string> => {
    const socket = await openSocket(world.server.url, world.bob.token)
    try {
      const { user } = await operations().dispatch(pluginsGet, systemContext, { pluginId: 'first' }).then(async ({ plugin }) => ({ user: plugin.botUserId }))
      await post(message)
      const heard = await socket.event('posted', ({ data }) => (JSON.parse((data as { post: string }).post) as Post).user_id === user)
      return (JSON.parse((heard.data as { post: string }).post) as Post).message
    } finally {
      socket.close()
    }
  }

  it('does nothing before an admin consents to all that it cannot do without', async () => {
    const [listed] = await operations().dispatch(pluginsList, systemContext, {})
    deepEqual([listed?.id, listed?.state, listed?.origin, listed?.granted], ['first', 'disabled', 'installed', {}])
    equal((await post('(c) forbidden')).message, '(c) forbidden')
    await rejects(operations().dispatch(pluginsEnable, systemContext, { pluginId: 'first', consent: ['posts:read'] }), { code: 'consent_missing', details: { plugin: 'first', capability: 'posts:guard, posts:write, posts:transform' } })
    await rejects(operations().dispatch(pluginsEnable, systemContext, { pluginId: 'first', consent: ['posts:delete'] }), { code: 'capability_not_requested' })
    await rejects(operations().dispatch(pluginsEnable, systemContext, { pluginId: 'nobody' }), { code: 'plugin_not_found', status: 404 })
  })

  it('transforms, guards and observes once it is enabled, and answers with its bot', async () => {
    const enabled = await operations().dispatch(pluginsEnable, systemContext, { pluginId: 'first', consent: required })
    equal(enabled.state, 'enabled')
    equal((await post('(c) by us')).message, '© by us')
    await rejects(post('forbidden words'), { server_error_id: 'api.post.create_post.rejected_by_plugin.app_error', message: 'This word is forbidden here.', status_code: 400 })
    equal((await post('really forbidden')).message, 'really forbidden')
    equal(await answerTo('ping'), 'pong, you')
  })

  it('does only what was granted, from the next call on', async () => {
    const granted = Object.fromEntries([...required, 'users:read'].map((capability) => [capability, {}]))
    await operations().dispatch(pluginsSetGrants, systemContext, { pluginId: 'first', granted })
    equal(await answerTo('ping again'), 'pong, ada')
    const { 'posts:write': _withheld, ...rest } = granted
    await operations().dispatch(pluginsSetGrants, systemContext, { pluginId: 'first', granted: rest })
    await post('ping in vain')
    await world.server.kernel.tail.settled()
    await eventually(() => world.server.complaints.join(''), (text) => /A plugin failed.*capability_denied/.test(text))
    ok((await operations().dispatch(pluginsGet, systemContext, { pluginId: 'first' })).usage.refusedCalls > 0)
    await operations().dispatch(pluginsSetGrants, systemContext, { pluginId: 'first', granted })
  })

  it('is what it was after a restart, and gone when it is disabled', async () => {
    await world.server.restart()
    equal((await post('(c) again')).message, '© again')
    equal(await answerTo('ping anew'), 'pong, ada')
    equal((await operations().dispatch(pluginsDisable, systemContext, { pluginId: 'first' })).state, 'disabled')
    equal((await post('(c) forbidden')).message, '(c) forbidden')
    await world.server.restart()
    const { plugin, usage } = await operations().dispatch(pluginsGet, systemContext, { pluginId: 'first' })
    deepEqual([plugin.state, usage.isLoaded], ['disabled', false])
    equal((await post('(c) forbidden')).message, '(c) forbidden')
  })
})
