import type { Component } from 'vue'
import type { Channel, Post, Team, User } from '@rookery/sdk/protocol'

/** Where plugins show, and what each place hands over. */
export interface Slots {
  readonly channelHeader: { readonly channel: Channel, readonly team: Team }
  readonly sidebar: { readonly team: Team }
  readonly sidePanel: { readonly team: Team }
  readonly postBody: { readonly post: Post }
  readonly postFooter: { readonly post: Post }
  readonly postMenu: { readonly post: Post }
  readonly composer: { readonly channel: Channel }
  readonly profileCard: { readonly user: User }
  readonly account: { readonly user: User }
  readonly appBar: { readonly team: Team }
  readonly page: { readonly path: string }
  readonly productSwitcher: Record<string, never>
  readonly settings: { readonly user: User }
  readonly adminPage: { readonly pluginId: string }
}
export type SlotName = keyof Slots

/** What a plugin of the release shows at a place: loaded when the place is on the screen. Its props are those of the place. */
export interface Contribution<Name extends SlotName = SlotName> {
  readonly pluginId: string
  readonly slot: Name
  readonly load: () => Promise<{ readonly default: Component }>
}
