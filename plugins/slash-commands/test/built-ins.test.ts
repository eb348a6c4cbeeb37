import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { openSocket, type Person, type Socket } from '../../../test/harness/mattermost-client.ts'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { createMailServer, type MailServer } from '../../../test/harness/mail-server.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post

describe('The commands that everybody knows', () => {
  let world: World
  let socket: Socket
  before(async () => {
    world = await createWorld({ releasePlugins: ['slash-commands'] })
    socket = await openSocket(world.server.url, world.ada.token)
  })
  after(async () => {
    socket.close()
    await world.close()
  })

  const execute = (command: string, { client }: Person = world.ada, channelId = world.channel.id) => client.executeCommand(command, { channel_id: channelId, team_id: world.team.id })
  /** What a command tells ada alone. */
  const told = async (command: string, channelId?: string): Promise<string> => {
    const { text } = await execute(command, world.ada, channelId)
    if (text) await socket.event('ephemeral_message', (message) => postOf(message).message === text && postOf(message).user_id === world.ada.user.id)
    return text ?? ''
  }
  const posted = (message: string): Promise<unknown> => socket.event('posted', (event) => postOf(event).message === message)
  const channel = (): Promise<Channel> => world.ada.client.getChannel(world.channel.id)
  const address = (name: string): string => `${world.server.url}/${world.team.name}/channels/${name}`

  it('write messages: me, code, echo at once and later', async () => {
    await execute('/me waves')
    const me = postOf(await socket.event('posted', (event) => String(postOf(event).type) === 'me') as { data: unknown })
    deepEqual([me.message, me.props['message'], me.user_id], ['*waves*', 'waves', world.ada.user.id])
    await execute('/code one\ntwo')
    await posted('    one\n    two')
    await execute('/echo hello there')
    await posted('hello there')
    await execute('/echo "later and quoted" 1')
    await posted('later and quoted')
    equal(await told('/echo too late 10001'), 'An echo comes within 10000 seconds.')
    const many = await Promise.all(Array.from({ length: 21 }, () => execute('/echo much 9999')))
    ok(many.some(({ text }) => text === 'You have 20 echoes waiting: let some of them come first.'))
    equal(await told('/echo'), 'Say what is to be echoed.')
    equal(await told('/code'), 'Write the code after the command.')
  })

  it('say what there is not: a market, exports, connections to other servers; they are not suggested', async () => {
    for (const [command, about] of [['/marketplace', /no marketplace/], ['/exportlink latest', /no exports/], ['/secure-connection status', /no connections to other servers/], ['/share-channel invite', /no connections to other servers/]] as const) match(await told(command), about)
    const suggested = (await world.ada.client.getAutocompleteCommandsList(world.team.id)).map(({ trigger }) => trigger)
    deepEqual(['marketplace', 'exportlink', 'secure-connection', 'share-channel'].filter((trigger) => suggested.includes(trigger)), [])
    ok(suggested.includes('mobile-logs'))
    ok(!(await told('/help')).includes('marketplace'))
  })

  it('say whether phones attach their logs', async () => {
    const attachesLogs = async ({ client }: Person): Promise<string | undefined> => (await client.getMyPreferences() as unknown as { name: string, value: string }[]).find(({ name }) => name === 'attach_app_logs')?.value
    equal(await told('/mobile-logs status'), 'Your phone does not attach its logs to messages.')
    equal(await told('/mobile-logs on'), 'Your phone attaches its logs to messages.')
    equal(await attachesLogs(world.ada), 'true')
    equal(await told('/mobile-logs status'), 'Your phone attaches its logs to messages.')
    equal(await told('/mobile-logs off'), 'Your phone does not attach its logs to messages.')
    equal(await told('/mobile-logs'), 'Say `/mobile-logs on`, `off` or `status`, and whose phone is meant if it is not yours.')
    equal(await told('/mobile-logs on @nobody-there'), 'There is nobody called @nobody-there.')
    equal(await told('/mobile-logs on @bob'), 'You may not see to the phone of @bob.')
    equal((await execute('/mobile-logs on @bob', world.admin)).text, 'The phone of @bob attaches its logs to messages.')
    equal(await attachesLogs(world.bob), 'true')
  })

  it('say whether one is there', async () => {
    for (const status of ['away', 'dnd', 'offline', 'online']) {
      match(await told(`/${status}`), /You are now|Do not disturb/)
      equal((await world.bob.client.getStatus(world.ada.user.id)).status, status)
    }
  })

  it('change the channel, with the rights of who asks', async () => {
    deepEqual([await told('/header Weaving'), await told('/purpose To weave'), await told('/rename The looms')], ['', '', ''])
    const { header, purpose, display_name: name } = await channel()
    deepEqual([header, purpose, name], ['Weaving', 'To weave', 'The looms'])
    equal(await told('/header'), 'Write the new header after the command.')
    equal(await told(`/rename ${'x'.repeat(65)}`), 'The name shown for a channel has 1 to 64 characters.')
    const direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    equal(await told('/rename Us', direct.id), 'This cannot be done in a channel of this type.')
    await rejects(execute('/header Mine', world.stranger), { status_code: 404 })
  })

  it('join, leave, invite and remove', async () => {
    const yarn = await world.bob.client.createChannel({ team_id: world.team.id, name: 'yarn', display_name: 'Yarn', type: 'O' } as Channel)
    equal((await execute('/join ~yarn')).goto_location, address('yarn'))
    ok((await world.bob.client.getChannelMember(yarn.id, world.ada.user.id)).user_id)
    equal((await execute('/leave', world.ada, yarn.id)).goto_location, address('town-square'))
    await rejects(world.bob.client.getChannelMember(yarn.id, world.ada.user.id), { status_code: 404 })
    deepEqual([await told('/join ~nowhere'), await told('/open')], ['There is no such channel.', 'Name the channel that you want to join.'])
    await execute('/open yarn')
    equal(await told('/invite @admin ~yarn'), 'Added to Yarn: @admin.')
    equal(await told('/invite @admin ~yarn'), 'Already in Yarn: @admin.')
    equal(await told('/invite @stranger', yarn.id), 'Not in the team: @stranger.')
    equal(await told('/invite @nobody ~yarn'), 'There is nobody called @nobody.')
    equal(await told('/invite'), 'Name whom you want to add: `/invite @username ~channel`.')
    deepEqual([await told('/kick @admin', yarn.id), await told('/remove admin', yarn.id), await told('/remove @nobody', yarn.id)], ['', '@admin is not in this channel.', 'There is nobody of this name.'])
    const sorry = 'This server sends no mails: no mail server is set up.'
    equal(await told('/invite_people a@example.com'), `${sorry} Whoever opens this link can join Engines: ${world.server.url}/signup_user_complete/?id=${world.team.invite_id}`)
    await world.admin.client.patchRole((await world.admin.client.getRoleByName('team_user')).id, { permissions: (await world.admin.client.getRoleByName('team_user')).permissions.filter((name) => name !== 'invite_user') })
    match((await execute('/invite_people a@example.com', world.bob)).text ?? '', /Whoever manages the team has a link to it\.$/)
    equal(await told('/invite_people'), 'Name the addresses of those whom you want to invite: `/invite_people name@example.com`.')
    const townSquare = await world.ada.client.getChannelByName(world.team.id, 'town-square')
    match(await told('/leave', townSquare.id), /belongs to every team/)
    equal(await told('/archive', townSquare.id).then((text) => text !== ''), true)
    await execute('/archive', world.bob, yarn.id)
    ok((await world.bob.client.getChannel(yarn.id)).delete_at > 0)
  })

  it('write to people', async () => {
    const { goto_location: leading } = await execute('/msg @bob How are you?')
    const direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    equal(leading, address(direct.name))
    await posted('How are you?')
    const group = await execute('/groupmsg @bob, @admin What about lunch?')
    await posted('What about lunch?')
    match(group.goto_location ?? '', /\/channels\/[0-9a-f]{40}$/)
    equal((await execute('/groupmsg bob Only us')).goto_location, address(direct.name))
    equal(await told('/msg @nobody hello'), 'There is nobody of this name to write to.')
    equal(await told('/msg @ada hello'), 'There is nobody of this name to write to.')
    equal(await told('/groupmsg @bob,@nobody,@noone hello'), 'There is nobody called @nobody, @noone.')
  })

  it('mute, fold, help, and leave to clients what is theirs', async () => {
    const muting = async (): Promise<string | undefined> => (await world.ada.client.getChannelMember(world.channel.id, world.ada.user.id)).notify_props.mark_unread
    match(await told('/mute'), /will not hear of The looms/)
    equal(await muting(), 'mention')
    match(await told('/mute ~looms'), /hear of The looms again/)
    equal(await muting(), 'all')
    await told('/collapse')
    const folded = async (): Promise<string | undefined> => ((await world.ada.client.getMyPreferences() as unknown as { name: string, value: string }[]).find(({ name }) => name === 'collapse_previews')?.value)
    equal(await folded(), 'true')
    await told('/expand')
    equal(await folded(), 'false')
    equal(await told('/shortcuts'), 'Your client does not know /shortcuts.')
    equal((await execute('/logout')).goto_location, '/login')
    match(await told('/help'), /- `\/shrug \[message\]` Adds a shrug/)
  })

  it('are the same in threads and in direct messages, in any case of letters', async () => {
    const root = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'a thread' } as Post)
    await world.ada.client.executeCommand('/SHRUG in it', { channel_id: world.channel.id, team_id: world.team.id, root_id: root.id })
    const { posts } = await world.ada.client.getPostThread(root.id)
    equal(Object.values(posts).find(({ root_id: rootId }) => rootId === root.id)?.message, 'in it ¯\\\\\\_(ツ)\\_/¯')
  })

  it('are not what nobody knows', async () => {
    await rejects(execute('/nothing here'), { status_code: 404, server_error_id: 'api.command.execute_command.not_found.app_error', message: 'There is no command /nothing. To write a message that begins with a slash, put a blank before it.' })
    await rejects(execute('no slash'), { status_code: 400, server_error_id: 'api.command.execute_command.start.app_error' })
    await rejects(execute('/ shrug'), { status_code: 400 })
    await rejects(execute('/shrug', world.stranger), { status_code: 404 })
    const commands = (await world.bob.client.getCommandsList(world.team.id)).map(({ trigger }) => trigger)
    for (const trigger of ['away', 'dnd', 'offline', 'online', 'echo', 'header', 'purpose', 'rename', 'invite', 'join', 'leave', 'kick', 'remove', 'msg', 'groupmsg', 'me', 'shrug', 'code', 'collapse', 'expand', 'mute', 'search', 'shortcuts', 'settings', 'logout', 'help', 'archive', 'invite_people']) {
      ok(commands.includes(trigger), trigger)
    }
    await eventually(() => world.server.complaints.filter((line) => line.includes('slash-commands')), (lines) => lines.length === 0)
  })
})

describe('The command that invites by mail', () => {
  let mail: MailServer
  let world: World
  before(async () => {
    mail = await createMailServer()
    world = await createWorld({ releasePlugins: ['slash-commands'], settings: { mail: { server: '127.0.0.1', port: mail.port } } })
  })
  after(async () => {
    await world.close()
    await mail.close()
  })

  it('mails whom it can, and says whom it cannot', async () => {
    const { ada, channel, team } = world
    const { text } = await ada.client.executeCommand('/invite_people new@example.com, nonsense new@example.com', { channel_id: channel.id, team_id: team.id })
    match(text ?? '', /^Invited by e-mail: new@example\.com\.\nnonsense: /)
    match((await mail.next('new@example.com')).text, /\/signup_user_complete\?t=\w+/)
  })
})
