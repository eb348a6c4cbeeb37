import { deepEqual, equal, match } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { UserProfile } from '@mattermost/types/users'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post

describe('What the server says', () => {
  let world: World
  before(async () => {
    world = await createWorld({ releasePlugins: ['slash-commands', 'custom-status'], settings: { site: { locale: 'de' } } })
    await world.bob.client.patchMe({ locale: 'ar' } as Partial<UserProfile>)
  })
  after(() => world.close())

  const execute = async ({ client }: Person, command: string): Promise<string> => (await client.executeCommand(command, { channel_id: world.channel.id, team_id: world.team.id })).text ?? ''
  const missing = async (path: string, headers: Record<string, string>): Promise<unknown> => {
    const response = await fetch(`${world.server.url}${path}`, { headers })
    const answer = await response.json() as { message?: string, error?: { message: string } }
    return [response.status, answer.message ?? answer.error?.message]
  }
  const of = ({ token }: Person, language?: string): Record<string, string> => ({ authorization: `Bearer ${token}`, ...(language && { 'accept-language': language }) })

  it('stands in channels in the language of the server, which new accounts and teams have too', async () => {
    equal((await world.ada.client.getMe()).locale, 'de')
    const names = (await world.ada.client.getChannels(world.team.id)).map(({ display_name: name }) => name)
    deepEqual(['Marktplatz', 'Plauderecke'].filter((name) => names.includes(name)), ['Marktplatz', 'Plauderecke'])
    const yarn = await world.ada.client.createChannel({ team_id: world.team.id, name: 'yarn', display_name: 'Garn', type: 'O' } as Channel)
    const socket = await openSocket(world.server.url, world.ada.token)
    await world.bob.client.addToChannel(world.bob.user.id, yarn.id)
    await socket.event('posted', (event) => postOf(event).message === 'bob ist dem Kanal beigetreten.')
    await world.ada.client.patchChannel(yarn.id, { header: 'Wolle' } as Channel)
    await socket.event('posted', (event) => postOf(event).message === 'ada hat die Kopfzeile des Kanals gesetzt: Wolle')
    socket.close()
  })

  it('goes wrong in the language of whoever asks', async () => {
    const path = `/channels/${'x'.repeat(26)}`
    deepEqual(await missing(`/api/v4${path}`, of(world.ada)), [404, 'Diesen Kanal gibt es nicht.'])
    deepEqual(await missing(`/api/v4${path}`, of(world.bob)), [404, 'هذه القناة غير موجودة.'])
    deepEqual(await missing(`/api/v4${path}`, of(world.ada, 'fr, en;q=0.9, ar;q=0.8')), [404, 'There is no such channel.'])
    // The page knows the account: what its browser prefers counts only for strangers.
    deepEqual(await missing(`/api/v1/channels.get?channelId=${'x'.repeat(26)}`, of(world.bob, 'en')), [404, 'هذه القناة غير موجودة.'])
    deepEqual(await missing('/api/v4/users/me', { 'accept-language': 'ar-EG' }), [401, 'يُرجى تسجيل الدخول أولًا: لا توجد جلسة، أو أنها انتهت.'])
    deepEqual(await missing('/api/v4/users/me', { 'accept-language': 'fr' }), [401, 'Sign in first: there is no session, or it has ended.'])
    deepEqual(await missing('/api/v4/users/me', {}), [401, 'Bitte zuerst anmelden: Es gibt keine Sitzung, oder sie ist beendet.'])
  })

  it('finds names whatever their case, accents and marks', async () => {
    await world.ada.client.patchMe({ nickname: 'Größe', first_name: 'إيمان', last_name: 'Ångström' } as Partial<UserProfile>)
    await world.ada.client.createChannel({ team_id: world.team.id, name: 'change', display_name: 'Façade Änderung', type: 'O' } as Channel)
    const people = async (term: string): Promise<string[]> => (await world.bob.client.searchUsers(term, {})).map(({ username }) => username)
    for (const term of ['grosse', 'GRÖSSE', 'größe angstrom', 'ايمان', 'إيم']) deepEqual(await people(term), ['ada'], term)
    deepEqual(await people('ngström'), [])
    for (const term of ['facade', 'ANDER', 'façade änderung']) deepEqual((await world.bob.client.searchChannels(world.team.id, term)).map(({ name }) => name), ['change'], term)
  })

  it('answers commands so, and plugins say what they are', async () => {
    deepEqual([await execute(world.ada, '/header'), await execute(world.bob, '/header')], ['Die neue Kopfzeile gehört hinter den Befehl.', 'تُكتب الترويسة الجديدة بعد الأمر.'])
    equal(await execute(world.ada, `/rename ${'x'.repeat(65)}`), 'Der gezeigte Name eines Kanals hat 1 bis 64 Zeichen.')
    equal(await execute(world.bob, '/status clear'), 'مُسحت حالتك.')
    equal(await execute(world.ada, '/status :no_such_thing: hm'), 'Der Status wurde nicht gesetzt: Es gibt kein Emoji :no_such_thing:.')
    const told = async ({ client }: Person): Promise<(string | undefined)[]> => {
      const commands = await client.getAutocompleteCommandsList(world.team.id)
      return ['mute', 'status'].map((trigger) => commands.find((command) => command.trigger === trigger)?.auto_complete_desc)
    }
    deepEqual(await told(world.ada), ['Schaltet einen Kanal stumm oder wieder laut', 'Sagt, was gerade anliegt'])
    deepEqual(await told(world.bob), ['إيقاف إشعارات قناة أو إعادتها', 'قول ما تفعله الآن'])
    match(await execute(world.ada, '/help'), /- `\/shrug \[Nachricht\]` Hängt ein Schulterzucken an die Nachricht/)
    const { active } = await world.admin.client.getPlugins()
    deepEqual(active.map(({ name }) => name).sort(), ['Eigener Status', 'Slash-Befehle'])
  })
})
