import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { pack } from 'msgpackr'
import type { DialogSubmission } from '@mattermost/types/integrations'
import type { Post } from '@mattermost/types/posts'
import { ask } from '../harness/ask.ts'
import { openBareSocket } from '../harness/bare-socket.ts'
import { createIntegrationServer, integrationSettings, type IntegrationServer } from '../harness/integration-server.ts'
import { openSocket, type Socket } from '../harness/mattermost-client.ts'
import { enablePlugin } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const pluginId = 'com.example.polls'
const address = `/plugins/${pluginId}`
const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post

interface Shown { readonly id: string, readonly name: string, readonly cookie: string, readonly integration?: unknown }
const actionsOf = (post: Post): Shown[] => (post.props['attachments'] as { actions?: Shown[] }[]).flatMap(({ actions = [] }) => actions)

describe('Buttons, dialogs and completion over API v4', () => {
  let world: World
  let integration: IntegrationServer
  let socket: Socket
  before(async () => {
    integration = await createIntegrationServer()
    world = await createWorld({ releasePlugins: ['slash-commands', 'custom-status'], plugins: ['polls'], settings: integrationSettings })
    await enablePlugin(world, pluginId)
    socket = await openSocket(world.server.url, world.bob.token)
  })
  after(async () => {
    socket.close()
    await world.close()
    await integration.close()
  })

  const execute = (text: string, person = world.bob) => person.client.executeCommand(text, { channel_id: world.channel.id, team_id: world.team.id })
  const press = (postId: string, actionId: string, body: object = {}, { token } = world.bob) => ask(world.server.url, token, 'POST', `/posts/${postId}/actions/${actionId}`, body)
  const whisper = (message: string) => socket.event('ephemeral_message', (event) => postOf(event).message === message)
  const poll = async (question: string): Promise<Post> => {
    await execute(`/poll ${question}`)
    return postOf(await socket.event('posted', (event) => postOf(event).message === question) as { data: unknown })
  }

  it('say nothing of what a button does to who sees it', async () => {
    const post = await poll('What for lunch?')
    for (const read of [post, await world.bob.client.getPost(post.id)]) {
      const actions = actionsOf(read)
      deepEqual(actions.map(({ name, integration: told }) => [name, told]), [['Yes', undefined], ['No', undefined], ['Which', undefined], ['Broken', undefined]])
      ok(actions.every(({ id, cookie }) => id !== '' && cookie.length > 40))
      equal(JSON.stringify(read).includes('nobody knows'), false)
    }
  })

  it('ask whoever made the post what comes of a button, as who pressed it', async () => {
    const post = await poll('Tea?')
    const no = actionsOf(post).find(({ name }) => name === 'No') as Shown
    const pressed = await press(post.id, no.id)
    deepEqual([pressed.status, (pressed.body as { status: string }).status, (pressed.body as { trigger_id: string }).trigger_id.length], [200, 'OK', 26])
    // Where the button is: in the channel, and not in a thread that nobody has opened.
    equal(postOf(await whisper('bob chose no') as { data: unknown }).root_id, '')
    await world.bob.client.doPostActionWithCookie(post.id, 'which', no.cookie, 'a')
    await whisper('bob chose a')
    await world.bob.client.doPostActionWithCookie(post.id, 'yes', '')
    await whisper('Thank you, nobody knows')
    const edited = postOf(await socket.event('post_edited', (event) => postOf(event).id === post.id) as { data: unknown })
    deepEqual([edited.message, edited.user_id, actionsOf(edited)], ['bob says yes', post.user_id, []])
    equal((await press(post.id, 'yes')).status, 404)
  })

  it('refuse buttons that are not there, are of another post, or lead nowhere', async () => {
    const [post, other] = [await poll('Milk?'), await poll('Sugar?')]
    const notThere = await press(post.id, 'maybe')
    deepEqual([notThere.status, (notThere.body as { id: string }).id], [404, 'api.post.do_action.action_id.app_error'])
    const [stolen] = actionsOf(other)
    const forged = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'mine', props: { attachments: [{ actions: [{ id: 'yes', name: 'Yes', type: 'button', cookie: stolen?.cookie }] }] } } as unknown as Post)
    const refused = await press(forged.id, 'yes')
    deepEqual([refused.status, (refused.body as { id: string }).id], [400, 'api.post.do_action.action_integration.app_error'])
    deepEqual([(await press(post.id, 'broken')).status, (await press('z'.repeat(26), 'yes')).status, (await press('z'.repeat(26), 'yes', { cookie: 'nonsense' })).status], [400, 404, 400])
    equal((await press(post.id, 'yes', {}, world.stranger)).status, 404)
    equal((await press(post.id, 'yes', {}, { ...world.bob, token: '' })).status, 401)
    equal((await press(post.id, 'y%20s')).status, 400)
  })

  it('work in what is shown to one person alone, by what its client was given', async () => {
    await execute('/poll quietly')
    const post = postOf(await whisper('only you see it') as { data: unknown })
    const [hidden] = actionsOf(post)
    ok(hidden)
    equal((await press(post.id, 'hidden', { cookie: hidden.cookie })).status, 200)
    await whisper('bob chose hidden')
    deepEqual([(await press(post.id, 'hidden')).status, (await press(post.id, 'other', { cookie: hidden.cookie })).status, (await press(post.id, 'hidden', { cookie: hidden.cookie }, world.stranger)).status], [404, 400, 404])
  })

  it('reach other servers too, and tell what went wrong', async () => {
    const post = await world.ada.client.createPost({
      channel_id: world.channel.id, message: 'from afar', props: { attachments: [{ actions: [{ id: 'go', name: 'Go', type: 'button', integration: { url: `${integration.url}/go`, context: { weight: 3 } } }] }] },
    } as unknown as Post)
    integration.answer = () => ({ body: { update: { message: 'arrived', props: { from_webhook: 'true', colour: 'red' } } } })
    equal((await press(post.id, 'go')).status, 200)
    const asked = JSON.parse(integration.asked.at(-1)?.body ?? '') as Record<string, unknown>
    deepEqual([asked['user_name'], asked['channel_name'], asked['team_domain'], asked['context'], asked['type'], typeof asked['trigger_id']], ['bob', 'looms', 'engines', { weight: 3 }, 'button', 'string'])
    const after = await world.bob.client.getPost(post.id)
    deepEqual([after.message, after.props['colour'], after.props['from_webhook']], ['arrived', 'red', undefined])
    const again = await world.ada.client.createPost({
      channel_id: world.channel.id, message: 'inward', props: { attachments: [{ actions: [{ id: 'go', name: 'Go', type: 'button', integration: { url: 'http://10.0.0.1/' } }] }] },
    } as unknown as Post)
    equal((await press(again.id, 'go')).status, 400)
  })

  it('open a dialog for who asked, and for nobody without a trigger', async () => {
    const { trigger_id: clientTriggerId } = await execute('/poll form')
    const { data, broadcast } = await socket.event('open_dialog')
    const opened = JSON.parse((data as { dialog: string }).dialog) as { trigger_id: string, url: string, dialog: { title: string } }
    deepEqual([opened.trigger_id, opened.url, opened.dialog.title, broadcast.user_id], [clientTriggerId, `${address}/dialog`, 'A poll', world.bob.user.id])
    const refused = await ask(world.server.url, '', 'POST', '/actions/dialogs/open', { trigger_id: clientTriggerId, url: `${address}/dialog`, dialog: { title: 'Again' } })
    deepEqual([refused.status, (refused.body as { id: string }).id], [400, 'interactive_message.decode_trigger_id.expired'])
    equal((await ask(world.server.url, '', 'POST', '/actions/dialogs/open', { trigger_id: 'x', dialog: {} })).status, 400)

    const post = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'a form', props: { attachments: [{ actions: [{ id: 'go', name: 'Go', type: 'button', integration: { url: integration.url } }] }] } } as unknown as Post)
    await press(post.id, 'go')
    const { trigger_id: triggerId } = JSON.parse(integration.asked.at(-1)?.body ?? '') as { trigger_id: string }
    // Another server has no session; the trigger is enough.
    equal((await ask(world.server.url, '', 'POST', '/actions/dialogs/open', { trigger_id: triggerId, url: integration.url, dialog: { title: 'From afar', elements: [] } })).status, 200)
    await socket.event('open_dialog', (event) => (event.data as { dialog: string }).dialog.includes('From afar'))
    equal((await ask(world.server.url, '', 'POST', '/actions/dialogs/open', { trigger_id: triggerId, url: integration.url, dialog: { title: 'x'.repeat(300_000) } })).status, 413)
  })

  it('submit dialogs, look up what may be chosen, and tell what is wrong', async () => {
    const filledIn: DialogSubmission = { url: `${address}/dialog`, callback_id: 'poll', state: '', user_id: world.bob.user.id, channel_id: world.channel.id, team_id: world.team.id, submission: {}, cancelled: false }
    deepEqual(await world.bob.client.submitInteractiveDialog(filledIn), { error: 'Not yet', errors: { question: 'Ask something.' } })
    deepEqual(await world.bob.client.submitInteractiveDialog({ ...filledIn, submission: { question: 'Why?' } }), { type: 'ok' })
    deepEqual(await world.bob.client.submitInteractiveDialog({ ...filledIn, cancelled: true }), {})
    deepEqual(await world.bob.client.lookupInteractiveDialog({ ...filledIn, submission: { query: 'loo', selected_field: 'which' } }), { items: [{ text: 'Found loo', value: 'found' }] })
    for (const path of ['submit', 'lookup']) {
      const heard = async (body: object, token = world.bob.token): Promise<number> => (await ask(world.server.url, token, 'POST', `/actions/dialogs/${path}`, body)).status
      deepEqual([await heard({ ...filledIn, url: '' }), await heard({ ...filledIn, url: `${address}/nowhere` }), await heard({ ...filledIn, channel_id: 'z'.repeat(26) }), await heard(filledIn, world.stranger.token), await heard(filledIn, '')], [400, 400, 404, 404, 401])
    }
  })

  it('hear what clients ask over sockets, in JSON and in MessagePack', async () => {
    const bare = await openBareSocket(world.server.url, { token: world.ada.token })
    try {
      await bare.event('hello')
      const counted = (choice: string) => bare.message(({ event, data }) => event === `custom_${pluginId}_counted` && data?.['choice'] === choice)
      bare.send({ seq: 1, action: `custom_${pluginId}_count`, data: { choice: 'in JSON', list: [1, null] } })
      deepEqual((await counted('in JSON')).data, { choice: 'in JSON', list: [1, null], userId: world.ada.user.id })
      bare.send(Buffer.from(pack({ seq: 2, action: `custom_${pluginId}_count`, data: { choice: 'in MessagePack', sdp: 'v=0\r\n'.repeat(100), deep: { a: [true, 2.5, 'é'] } } })))
      deepEqual((await counted('in MessagePack')).data, { choice: 'in MessagePack', sdp: 'v=0\r\n'.repeat(100), deep: { a: [true, 2.5, 'é'] }, userId: world.ada.user.id })
      // Nobody else hears of it, and what is not there answers nothing.
      bare.send({ seq: 3, action: `custom_${pluginId}_nothing`, data: {} })
      bare.send({ seq: 4, action: 'ping' })
      equal((await bare.reply(4)).status, 'OK')
      equal(bare.messages.some(({ seq_reply: seq }) => seq === 3), false)
      equal(socket.events.some(({ event }) => String(event) === `custom_${pluginId}_counted`), false)
    } finally {
      bare.close()
    }
  })

  it('blame whoever brought a command that fails, and nobody else', async () => {
    for (let times = 0; times < 7; times += 1) {
      await rejects(execute('/poll fails'), { status_code: 502, server_error_id: 'api.command.execute_command.failed.app_error', message: `The command /poll failed: The plugin ${pluginId} failed.` })
    }
    equal((await execute('/shrug')).response_type, 'in_channel')
  })

  it('suggest how to go on as a bare list with capitals in its keys (pitfall 10)', async () => {
    const suggest = async (text: string) => (await world.bob.client.getCommandAutocompleteSuggestionsList(text, world.team.id, { channel_id: world.channel.id })) as unknown as Record<string, string>[]
    deepEqual(await suggest('/shr'), [{ Complete: 'shrug', Suggestion: 'shrug', Hint: '[message]', Description: 'Adds a shrug to your message', IconData: '' }])
    const shown = async (text: string): Promise<string[][]> => (await suggest(text)).map(({ Complete = '', Suggestion = '' }) => [Complete, Suggestion])
    deepEqual(await shown('/sta'), [['status', 'status']])
    deepEqual(await shown('/poll '), [['poll ask', 'ask'], ['poll close', 'close'], ['poll form', 'form']])
    deepEqual((await suggest('/poll ask why')), [{ Complete: 'poll ask why', Suggestion: '', Hint: '[question]', Description: 'What you want to know', IconData: '' }])
    deepEqual(await shown('/poll ask "two words" --'), [['poll ask "two words" --colour ', '--colour']])
    deepEqual(await shown('/poll ask why --colour R'), [['poll ask why --colour red', 'red'], ['poll ask why --colour rose', 'rose']])
    deepEqual((await suggest('/poll close l')), [{ Complete: 'poll close lunch', Suggestion: 'lunch', Hint: '', Description: 'of those that begin as poll close l', IconData: '' }])
    deepEqual([await shown('/nothing'), await shown('/poll nothing at all')], [[], []])
    const path = `/teams/${world.team.id}/commands/autocomplete_suggestions`
    deepEqual([(await ask(world.server.url, world.bob.token, 'GET', path)).status, (await ask(world.server.url, world.stranger.token, 'GET', `${path}?user_input=/s`)).status, (await ask(world.server.url, '', 'GET', `${path}?user_input=/s`)).status], [400, 404, 401])
    await rejects(world.bob.client.getCommandAutocompleteSuggestionsList('/s', world.team.id, { channel_id: 'z'.repeat(26) }), { status_code: 404 })
  })
})
