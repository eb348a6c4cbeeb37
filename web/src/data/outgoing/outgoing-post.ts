import type { Attachment } from '../attachments/attachment.ts'
import type { Failure } from '../failure.ts'

/** A post on its way to the server. */
export interface OutgoingPost {
  /** Names it for ever: the server stores it once however often it is sent. */
  readonly pendingId: string
  readonly channelId: string
  readonly rootId: string
  readonly message: string
  /** Those that the server does not have are sent first. */
  readonly files: readonly Attachment[]
  readonly props: Readonly<Record<string, unknown>>
  /** By the clock of this machine, for showing alone. */
  readonly writtenAt: number
  /** Why the server refused it; it waits for its author to try again or to discard it. */
  readonly failure: Failure | null
}

/** Where it goes: what was written into a channel, or into a thread of it, arrives in the order of writing. */
export const placeOf = ({ channelId, rootId }: Pick<OutgoingPost, 'channelId' | 'rootId'>): string => `${channelId} ${rootId}`
