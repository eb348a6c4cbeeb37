import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { PreferenceType } from '@mattermost/types/preferences'
import type { Team } from '@mattermost/types/teams'
import { CustomStatusDuration, type UserProfile } from '@mattermost/types/users'
import { foundCompany, type Company } from '../harness/company.ts'
import { findEmbeddedDatabase } from '../harness/embedded-database.ts'
import { openSocket, type Person, type Socket } from '../harness/mattermost-client.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const posted = (socket: Socket, message: string) => socket.event('posted', ({ data }) => (JSON.parse((data as { post: string }).post) as Post).message === message)

describe('The plugins of the release, with the published client', function () {
  this.timeout(60_000)
  let server: ServerProcess
  let ada: Person
  let bob: Person
  let team: Team
  let channel: Channel
  let asAdmin: Company['asAdmin']
  let socket: Socket
  before(async () => {
    server = await createServerProcess()
    await server.start()
    ;({ ada, members: { bob }, team, channel, asAdmin } = await foundCompany(server.url, { members: ['bob'] }))
    socket = await openSocket(server.url, bob.token)
  })
  after(async () => {
    socket.close()
    await server.remove()
  })

  const execute = ({ client }: Person, command: string) => client.executeCommand(command, { channel_id: channel.id, team_id: team.id })
  const triggers = async (): Promise<string[]> => (await bob.client.getAutocompleteCommandsList(team.id)).map(({ trigger }) => trigger)

  it('carry out /shrug', async () => {
    const outcome = await execute(ada, '/shrug who knows')
    deepEqual([outcome.response_type, outcome.goto_location], ['in_channel', ''])
    const { data } = await posted(socket, 'who knows ¯\\\\\\_(ツ)\\_/¯')
    equal((JSON.parse((data as { post: string }).post) as Post).user_id, ada.user.id)
    deepEqual((await triggers()).includes('shrug'), true)
  })

  it('are gone when an admin disables them, while posting goes on, and back when they are enabled', async () => {
    equal((await bob.client.getClientConfig() as Record<string, string>)['EnableCommands'], 'true')
    await asAdmin('plugins.disable', { pluginId: 'slash-commands' })
    await socket.event('config_changed', ({ data }) => (data as { config: Record<string, string> }).config['EnableCommands'] === 'false')
    await rejects(execute(bob, '/shrug'), { status_code: 501, server_error_id: 'api.command.disabled.app_error', message: 'This feature is off: no plugin carries out commands.' })
    deepEqual(await triggers(), [])
    await ada.client.createPost({ channel_id: channel.id, message: 'posting goes on' } as Post)
    await posted(socket, 'posting goes on')
    await asAdmin('plugins.enable', { pluginId: 'slash-commands' })
    await execute(bob, '/shrug')
    await posted(socket, '¯\\\\\\_(ツ)\\_/¯')
    deepEqual((await triggers()).includes('shrug'), true)
  })

  it('keep a custom status that others see live, and take it away when it expires, after a restart too', async () => {
    const seen = (emoji: string): Promise<unknown> => socket.event('user_updated', ({ data }) => {
      const { user } = data as { user: UserProfile }
      return user.id === ada.user.id && (emoji === '' ? user.props?.['customStatus'] === undefined : user.props?.['customStatus']?.includes(`"emoji":"${emoji}"`) === true)
    })
    await ada.client.updateCustomStatus({ emoji: 'palm_tree', text: 'On holiday', duration: CustomStatusDuration.DONT_CLEAR })
    await seen('palm_tree')
    deepEqual(JSON.parse((await bob.client.getUser(ada.user.id)).props['customStatus'] as string), { emoji: 'palm_tree', text: 'On holiday', duration: '', expires_at: '0001-01-01T00:00:00Z' })
    await ada.client.unsetCustomStatus()
    await seen('')
    await execute(ada, '/status 🍵 At tea')
    await seen('tea')
    const expiresAt = new Date(Date.now() + 2500).toISOString()
    await ada.client.updateCustomStatus({ emoji: 'bell', text: 'Soon over', duration: CustomStatusDuration.DATE_AND_TIME, expires_at: expiresAt })
    await seen('bell')
    await server.kill()
    await server.start()
    await eventually(async () => (await bob.client.getUser(ada.user.id)).props?.['customStatus'], (status) => status === undefined)
    deepEqual((await ada.client.getMyPreferences() as unknown as PreferenceType[]).filter(({ category }) => category === 'custom_status').map(({ value }) => (JSON.parse(value) as { text: string }[]).map(({ text }) => text)), [['Soon over', 'At tea', 'On holiday']])
  })

  it('show no custom status for longer than was said, wherever a kill breaks off its change', async () => {
    const setStatus = (emoji: string, inMs: number): Promise<unknown> =>
      ada.client.updateCustomStatus({ emoji, text: '', duration: CustomStatusDuration.DATE_AND_TIME, expires_at: new Date(Date.now() + inMs).toISOString() })
    const shown = async (): Promise<string | undefined> => (await bob.client.getUser(ada.user.id)).props?.['customStatus']
    /** Kills the server where its change waits for a row that somebody else holds, and starts it again. */
    const cut = async (row: string, waiting: string, change: () => Promise<unknown>): Promise<void> => {
      const database = await findEmbeddedDatabase(server)
      await database.use(async (holder) => {
        await holder.query('begin')
        await holder.query(`${row} for no key update`)
        const cutOff = rejects(change())
        const waiters = (): Promise<number> => database.use(async (client) => (await client.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like $1`, [waiting])).rowCount ?? 0)
        await eventually(waiters, (count) => count > 0)
        // Its database ends with it, and takes nothing that was not committed.
        await server.kill()
        await cutOff
      })
      await server.start()
    }
    // The job of a new one is lost: it was never shown.
    await cut(`select 1 from plugins where id = 'custom-status'`, '%from plugins%for share%', () => setStatus('tea', 2000))
    await eventually(shown, (status) => status === undefined)
    // A job was kept for one that was never shown: what is there still ends, though that job comes too early for it.
    await setStatus('bell', 6000)
    await cut(`select 1 from users where id = '${ada.user.id}'`, '%plugin_props%', () => setStatus('tea', 1500))
    await eventually(shown, (status) => status === undefined, 30_000)
  })
})
