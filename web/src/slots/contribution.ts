import type { Component } from 'vue'
import type { Channel, Post, Team, User, WebSlot } from '@rookery/sdk/protocol'
import type { WebPlace } from '@rookery/sdk/web'
import type { WebSurroundings } from '../data/index.ts'

/** Where plugins show, and what each place hands over to modules of the release. Frames are told ids alone. */
export interface Slots {
  readonly channelHeader: { readonly channel: Channel, readonly team: Team }
  readonly sidebar: { readonly team: Team }
  readonly sidePanel: { readonly team: Team, readonly channel?: Channel | undefined }
  readonly postBody: { readonly post: Post, readonly channel?: Channel | undefined }
  readonly postFooter: { readonly post: Post, readonly channel?: Channel | undefined }
  readonly postMenu: { readonly post: Post, readonly channel?: Channel | undefined }
  readonly composer: { readonly channel: Channel }
  readonly profileCard: { readonly user: User, readonly team?: Team }
  readonly account: { readonly user: User }
  readonly appBar: { readonly team?: Team | undefined }
  readonly page: { readonly team: Team }
  readonly productSwitcher: { readonly team: Team }
  readonly settings: Record<string, never>
  readonly adminPage: Record<string, never>
}
export type SlotName = keyof Slots & WebSlot

/** What any place may hand over. */
export interface Given { readonly team?: Team | undefined, readonly channel?: Channel | undefined, readonly post?: Post | undefined, readonly user?: User | undefined }

/** What a plugin of the release shows at a place: loaded when the place is on the screen. Its props are those of the place. */
export interface Contribution {
  readonly load: () => Promise<{ readonly default: Component }>
}

export const surroundingsOf = ({ team, channel, post }: Given): WebSurroundings => ({ ...(team && { teamId: team.id }), ...(channel && { channel }), ...(post && { post }) })

export const placeOf = (slot: WebSlot, { team, channel, post, user }: Given): WebPlace => ({
  slot, teamId: team?.id ?? channel?.teamId ?? '', channelId: channel?.id ?? post?.channelId ?? '', postId: post?.id ?? '', userId: user?.id ?? '',
})
