import type { Audience, RookeryEvent, Team, User } from '@rookery/sdk/protocol'
import { publicUser } from '../chat/index.ts'
import type { Settings } from '../config/index.ts'
import { buildFrame, type Frame, type Listener, type Message, type WireFormat } from '../realtime/index.ts'

interface Payload { readonly user?: User, readonly team?: Team, readonly mentions?: readonly string[], readonly followers?: readonly { userId: string }[], readonly userId?: string }

/**
 * Kernel events as the native socket tells them: the payload of their definition, without what the receiver may not
 * see. The parts that differ by receiver are the same in every event: accounts, invitations, who is mentioned and who
 * follows. All that is common is made text once.
 */
export function createNativeFormat(settings: Pick<Settings, 'accounts'>): WireFormat {
  return { name: 'native', encode: (event) => audiencesOf(event).map((audience) => messageFor(event, audience, settings)) }
}

/** Who joins or leaves is told of it whatever it is a member of by then; a replay judges by present membership. */
function audiencesOf({ name, payload, audience }: RookeryEvent): Audience[] {
  const { userId } = payload as Payload
  const isOfMember = name.startsWith('channelMember.') || name.startsWith('teamMember.')
  if (!isOfMember || !userId || audience.userId) return [audience]
  return [{ ...audience, omitUserIds: [...audience.omitUserIds ?? [], userId] }, { userId }]
}

function messageFor({ name, at, cursor, payload }: RookeryEvent, audience: Audience, { accounts }: Pick<Settings, 'accounts'>): Message {
  const { user, team, mentions, followers, ...common } = payload as Payload
  const head = `{"type":"update","message":{"event":${JSON.stringify(name)},"at":${at},${cursor ? `"cursor":${JSON.stringify(cursor)},` : ''}"payload":`
  let commonText: string | undefined
  const frames = new Map<string, Frame>()
  const make = (personal: object): Frame => {
    commonText ??= JSON.stringify({ ...common, ...(team && { team: { ...team, inviteId: '' } }) })
    const personalText = JSON.stringify(personal)
    const separator = commonText === '{}' || personalText === '{}' ? '' : ','
    return buildFrame(`${head}${commonText.slice(0, -1)}${separator}${personalText.slice(1)}}}`)
  }
  const isPersonalTo = ({ userId }: Listener): boolean =>
    (mentions?.includes(userId) ?? false) || (followers?.some((follower) => follower.userId === userId) ?? false)
  return {
    audience,
    frameFor(listener) {
      const seesAccount = user !== undefined && (user.id === listener.userId || listener.isAdmin)
      const key = `${seesAccount} ${isPersonalTo(listener) ? listener.userId : ''}`
      let frame = frames.get(key)
      if (!frame) {
        frames.set(key, frame = make({
          ...(user && { user: seesAccount ? user : publicUser(user, accounts) }),
          ...(mentions && { mentions: mentions.filter((id) => id === listener.userId) }),
          ...(followers && { followers: followers.filter((follower) => follower.userId === listener.userId) }),
        }))
      }
      return frame
    },
  }
}
