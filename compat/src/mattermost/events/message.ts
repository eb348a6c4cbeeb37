import type { Audience, EventDefinition, PayloadOf, RookeryEvent } from '@rookery/sdk/protocol'
import { buildFrame, sequenceSlot, type Frame, type Message } from '@rookery/kernel'

/** Who receives, in the words of the websocket protocol; clients read channel and team from here. */
interface Broadcast { userId?: string, channelId?: string, teamId?: string, omitUserIds?: readonly string[], omitConnectionId?: string }

const broadcastText = ({ userId = '', channelId = '', teamId = '', omitUserIds, omitConnectionId = '' }: Broadcast): string => JSON.stringify({
  omit_users: omitUserIds ? Object.fromEntries(omitUserIds.map((id) => [id, true])) : null,
  user_id: userId, channel_id: channelId, team_id: teamId, connection_id: '', omit_connection_id: omitConnectionId,
})

/** A frame with a slot for the receiver's sequence number. */
export const frameOf = (event: string, dataText: string, broadcast: Broadcast): Frame =>
  buildFrame(`{"event":"${event}","data":${dataText},"broadcast":${broadcastText(broadcast)},"seq":${sequenceSlot}}`)

/** One frame for everybody in the audience; made when somebody receives it. */
export function message(event: string, data: Record<string, unknown>, audience: Audience, broadcast: Broadcast = audience): Message {
  let frame: Frame | undefined
  return { audience, frameFor: () => frame ??= frameOf(event, JSON.stringify(data), broadcast) }
}

/** One frame for each language in which somebody in the audience reads. */
export function wordedMessage(event: string, dataIn: (locale: string) => Record<string, unknown>, audience: Audience, broadcast: Broadcast = audience): Message {
  const frames = new Map<string, Frame>()
  return {
    audience,
    frameFor({ locale = '' }) {
      const frame = frames.get(locale) ?? frameOf(event, JSON.stringify(dataIn(locale)), broadcast)
      frames.set(locale, frame)
      return frame
    },
  }
}

/** How events of one name are told. */
export interface Encoder {
  readonly name: string
  encode(event: RookeryEvent): readonly Message[]
}

/** Binds an event's definition to how the websocket tells it, with the payload's type inferred. */
export const tell = <E extends EventDefinition>(definition: E, encode: (payload: PayloadOf<E>, event: RookeryEvent<E>) => readonly Message[]): Encoder => ({
  name: definition.name,
  encode: (event) => encode(event.payload as PayloadOf<E>, event as RookeryEvent<E>),
})
