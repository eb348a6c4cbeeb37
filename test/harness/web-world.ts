import { createClient, type Client } from '@rookery/sdk/client'
import { channelMembersAdd, channelsCreate, channelsGetByName, sessionsCreate, teamMembersAdd, teamsCreate, usersCreate, type Channel, type Team, type User } from '@rookery/sdk/protocol'
import { createTestBrowser, type TestBrowser, type TestWindow, type WindowOptions } from './browser.ts'
import { createServerProcess, type ServerProcess } from './server-process.ts'

/** A person of a web test: what it does elsewhere goes by `client`, what it sees by its windows. */
export interface WebPerson {
  readonly user: User
  readonly client: Client
  /** A window in which this person is signed in, at the address. */
  openWindow(address?: string, options?: WindowOptions): Promise<TestWindow>
}

export interface WebWorld {
  readonly server: ServerProcess
  readonly browser: TestBrowser
  readonly team: Team
  /** The first one administers the server and made the team; the others are its members. */
  readonly people: Readonly<Record<string, WebPerson>>
  /** A public channel of the team to which these belong beside the first person. */
  createChannel(displayName: string, members?: readonly string[], changes?: { type?: 'O' | 'P', purpose?: string, header?: string, name?: string }): Promise<Channel>
  channel(name: string): Promise<Channel>
  remove(): Promise<void>
}

const password = 'a tower of rooks 7'

/** A server with people and a team, and a browser for them: what a web test does not test itself is there already. */
export async function createWebWorld(names: readonly [string, ...string[]], fullNames: Readonly<Record<string, string>> = {}, environment: Readonly<Record<string, string>> = {}): Promise<WebWorld> {
  const [server, browser] = await Promise.all([createServerProcess({ isOnTestDatabase: true, environment: { ROOKERY_ACCOUNTS_OPEN_SIGN_UP: 'true', ...environment } }), createTestBrowser()])
  await server.start()
  const people: Record<string, WebPerson> = {}
  const first = (): Client => (people[names[0]] as WebPerson).client
  const signUp = async (username: string): Promise<WebPerson> => {
    const client = createClient({ url: server.url })
    await client.run(usersCreate, { username, email: `${username}@example.com`, password, ...(fullNames[username] && { nickname: fullNames[username] }) })
    const { user, token } = await client.run(sessionsCreate, { login: username, password })
    client.setToken(token)
    const openWindow = async (address = '/', options: WindowOptions = {}): Promise<TestWindow> => {
      const window = await browser.openWindow(options)
      // Signs in as the page would, without its form; the cookie is the window's.
      const answer = await window.context.request.post(`${server.url}/api/v1/sessions.create`, { data: { login: username, password }, headers: { 'x-requested-with': 'rookery', 'session-keeping': 'cookie' } })
      if (!answer.ok()) throw new Error(`Nobody could sign in as ${username}: ${await answer.text()}`)
      await window.page.goto(`${server.url}${address}`)
      return window
    }
    return { user, client, openWindow }
  }
  // One after the other: the first account administers the server.
  for (const name of names) people[name] = await signUp(name)
  const team = await first().run(teamsCreate, { name: 'engines', displayName: 'Engines', type: 'I' })
  for (const name of names.slice(1)) await first().run(teamMembersAdd, { teamId: team.id, userId: people[name]?.user.id ?? '' })
  return {
    server, browser, team, people,
    async createChannel(displayName, members = [], { type = 'O', name, ...changes } = {}) {
      const channel = await first().run(channelsCreate, { teamId: team.id, displayName, name: name ?? displayName.toLowerCase().replace(/[^a-z0-9]+/g, '-'), type, ...changes })
      if (members.length > 0) await first().run(channelMembersAdd, { channelId: channel.id, userIds: members.map((member) => people[member]?.user.id ?? '') })
      return channel
    },
    channel: (name) => first().run(channelsGetByName, { teamId: team.id, name }),
    async remove() {
      await browser.close()
      await server.remove()
    },
  }
}
