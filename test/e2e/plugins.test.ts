import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { openSocket, signIn, type Person, type Socket } from '../harness/mattermost-client.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const posted = (socket: Socket, message: string) => socket.event('posted', ({ data }) => (JSON.parse((data as { post: string }).post) as Post).message === message)

describe('The plugins of the release, with the published client', function () {
  this.timeout(60_000)
  let server: ServerProcess
  let ada: Person
  let bob: Person
  let team: Team
  let channel: Channel
  let socket: Socket
  before(async () => {
    server = await createServerProcess()
    await server.start()
    ada = await signIn(server.url, 'ada')
    team = await ada.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
    bob = await signIn(server.url, 'bob', { inviteId: team.invite_id })
    channel = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
    await ada.client.addToChannel(bob.user.id, channel.id)
    socket = await openSocket(server.url, bob.token)
  })
  after(async () => {
    socket.close()
    await server.remove()
  })

  const execute = ({ client }: Person, command: string) => client.executeCommand(command, { channel_id: channel.id, team_id: team.id })
  const asAdmin = async (operation: string, input: object): Promise<unknown> => {
    const response = await fetch(`${server.url}/api/v1/${operation}`, { method: 'POST', headers: { Authorization: `Bearer ${ada.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(input) })
    equal(response.status, 200, await response.clone().text())
    return response.json()
  }
  const triggers = async (): Promise<string[]> => (await bob.client.getAutocompleteCommandsList(team.id)).map(({ trigger }) => trigger)

  it('carry out /shrug', async () => {
    const outcome = await execute(ada, '/shrug who knows')
    deepEqual([outcome.response_type, outcome.goto_location], ['in_channel', ''])
    const { data } = await posted(socket, 'who knows ¯\\\\\\_(ツ)\\_/¯')
    equal((JSON.parse((data as { post: string }).post) as Post).user_id, ada.user.id)
    deepEqual((await triggers()).includes('shrug'), true)
  })

  it('are gone when an admin disables them, while posting goes on, and back when they are enabled', async () => {
    await asAdmin('plugins.disable', { pluginId: 'slash-commands' })
    await rejects(execute(bob, '/shrug'), { status_code: 501, server_error_id: 'api.command.disabled.app_error', message: 'This feature is off: no plugin carries out commands.' })
    deepEqual(await triggers(), [])
    await ada.client.createPost({ channel_id: channel.id, message: 'posting goes on' } as Post)
    await posted(socket, 'posting goes on')
    await asAdmin('plugins.enable', { pluginId: 'slash-commands' })
    await execute(bob, '/shrug')
    await posted(socket, '¯\\\\\\_(ツ)\\_/¯')
    deepEqual((await triggers()).includes('shrug'), true)
  })
})
