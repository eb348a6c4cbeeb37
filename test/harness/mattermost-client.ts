import { Client4, WebSocketClient } from '@mattermost/client'
import type { WebSocketMessage } from '@mattermost/client'
import type { UserProfile } from '@mattermost/types/users'

/** A person with the published Mattermost client library. */
export interface Person {
  readonly client: Client4
  readonly user: UserProfile
  readonly token: string
}

/** A socket of the published library, with the events that came. */
export interface Socket {
  readonly events: WebSocketMessage[]
  /** The first event, past or coming, that the test is looking for. */
  event(name: string, matches?: (message: WebSocketMessage) => boolean): Promise<WebSocketMessage>
  readonly webSocket: WebSocketClient
  close(): void
}

export const password = 'correct horse battery staple'

export function createClient(url: string): Client4 {
  const client = new Client4()
  client.setUrl(url)
  return client
}

/** Signs up, or only signs in where `isNew` is false. */
export async function signIn(url: string, username: string, { inviteId = '', isNew = true }: { inviteId?: string, isNew?: boolean } = {}): Promise<Person> {
  const client = createClient(url)
  if (isNew) await client.createUser({ username, email: `${username}@example.com`, password, disable_welcome_email: true } as unknown as UserProfile, '', inviteId)
  const user = await client.login(username, password)
  const token = client.getToken()
  return { client, user, token }
}

/** Opens a socket and waits for its hello. */
export async function openSocket(url: string, token: string): Promise<Socket> {
  const webSocket = new WebSocketClient()
  const events: WebSocketMessage[] = []
  const waiting = new Set<() => void>()
  webSocket.addMessageListener((message) => {
    events.push(message)
    for (const check of waiting) check()
  })
  const event = (name: string, matches: (message: WebSocketMessage) => boolean = () => true): Promise<WebSocketMessage> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(check)
      reject(new Error(`No ${name} came within 10 s; there came ${events.map((message) => message.event).join(', ')}`))
    }, 10_000)
    const check = (): void => {
      const found = events.find((message) => message.event === name && matches(message))
      if (!found) return
      clearTimeout(timer)
      waiting.delete(check)
      resolve(found)
    }
    waiting.add(check)
    check()
  })
  webSocket.initialize(`${url.replace(/^http/, 'ws')}/api/v4/websocket`, token)
  const socket = { events, event, webSocket, close: () => { webSocket.close() } }
  await event('hello')
  return socket
}
