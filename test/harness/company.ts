import type { Channel } from '@mattermost/types/channels'
import type { Team } from '@mattermost/types/teams'
import { signIn, type Person } from './mattermost-client.ts'

/** A team and its public channel Looms on a server that was empty. Ada made both, and administers the server. */
export interface Company<Name extends string = string> {
  readonly ada: Person
  /** Members of team and channel. */
  readonly members: Readonly<Record<Name, Person>>
  readonly team: Team
  readonly channel: Channel
  /** Does something at the native door as ada; throws what the server answered where it is refused. Bytes are sent as they are. */
  asAdmin(operation: string, input: object | Uint8Array<ArrayBuffer>): Promise<unknown>
}

interface Options<Name extends string> {
  readonly members: readonly Name[]
  /** Who belongs to the team and not to the channel. */
  readonly others?: readonly string[]
}

export async function foundCompany<const Name extends string>(url: string, { members: names, others = [] }: Options<Name>): Promise<Company<Name>> {
  const ada = await signIn(url, 'ada')
  const team = await ada.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
  const channel = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
  const members: Partial<Record<Name, Person>> = {}
  for (const name of names) {
    const person = members[name] = await signIn(url, name, { inviteId: team.invite_id })
    await ada.client.addToChannel(person.user.id, channel.id)
  }
  for (const name of others) await signIn(url, name, { inviteId: team.invite_id })
  return {
    ada, members: members as Record<Name, Person>, team, channel,
    async asAdmin(operation, input) {
      const isBytes = input instanceof Uint8Array
      const response = await fetch(`${url}/api/v1/${operation}`, {
        method: 'POST', headers: { 'Authorization': `Bearer ${ada.token}`, 'Content-Type': isBytes ? 'application/octet-stream' : 'application/json' }, body: isBytes ? input : JSON.stringify(input),
      })
      if (!response.ok) throw new Error(`${operation} answered ${response.status} ${await response.text()}`)
      return response.json()
    },
  }
}
