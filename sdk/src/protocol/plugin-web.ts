import { Type, type Static } from 'typebox'
import { Fields, OneOf, Text } from './schema.ts'

/**
 * Places of the web app. An `action` is a button, an entry of a menu or a link that the app itself draws: it opens one of
 * the plugin's views or asks the plugin. A `view` is drawn by the plugin's own web code, in room that the app gives it.
 */
export const webSlots = {
  channelHeader: 'action', sidebar: 'action', composer: 'action', postMenu: 'action', appBar: 'action', productSwitcher: 'action', account: 'action',
  sidePanel: 'view', page: 'view', postBody: 'view', postFooter: 'view', profileCard: 'view', settings: 'view', adminPage: 'view',
} as const
export type WebSlot = keyof typeof webSlots
export const webSlotNames = Object.keys(webSlots) as WebSlot[]

/** Pictures that the web app has. */
export const webIcons = [
  'activity', 'bell', 'bookmark', 'bot', 'calendar', 'chart', 'check', 'clipboard', 'clock', 'code', 'flag', 'folder', 'globe', 'heart', 'inbox', 'link', 'list', 'map', 'note', 'phone', 'poll', 'puzzle', 'search', 'shield', 'slash',
  'smile', 'star', 'tag', 'ticket', 'users', 'video', 'wrench',
] as const
export type WebIcon = typeof webIcons[number]

const WebPartName = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,31}$' })

/** Room that a view has within a page, in pixels. */
export const webHeights = { least: 24, standard: 120, most: 1200 } as const
const Height = Type.Integer({ minimum: webHeights.least, maximum: webHeights.most })

/** Something of a plugin in the web app. */
export const WebPartContribution = Fields({
  name: WebPartName,
  slot: OneOf(...webSlotNames),
  title: Text(64, { minLength: 1 }),
  description: Type.Optional(Text(300)),
  icon: Type.Optional(OneOf(...webIcons)),
  /** Where it is not shown, nothing of it is loaded. */
  when: Type.Optional(Fields({
    /** Types of channels: O, P, D and G. */
    channels: Type.Optional(Type.Array(OneOf('O', 'P', 'D', 'G'), { minItems: 1, maxItems: 4 })),
    /** Types of posts, '' for what people write. */
    posts: Type.Optional(Type.Array(Text(100), { minItems: 1, maxItems: 50 })),
    /** Only who administers the system. */
    isAdmin: Type.Optional(Type.Boolean()),
  })),
  /** Of an action: the view of the plugin's own that it opens, a side panel or a page. */
  opens: Type.Optional(WebPartName),
  /** Of an action: what the plugin is asked, one of its own `actions`. */
  asks: Type.Optional(Text(64)),
  /** Of an action at the composer: what is written where the cursor is. */
  inserts: Type.Optional(Text(200, { minLength: 1 })),
  /** Of a view within a page: the room that is kept for it until it has been drawn, and how much it may take. */
  height: Type.Optional(Fields({ first: Height, most: Type.Optional(Height) })),
})
export type WebPartContribution = Static<typeof WebPartContribution>

/** What a plugin may answer when an action asks it: all of it is done by the page. */
export const WebActionAnswer = Fields({
  /** Told to whoever asked, for a moment. */
  message: Type.Optional(Text(300)),
  opens: Type.Optional(WebPartName),
  inserts: Type.Optional(Text(4000)),
})
export type WebActionAnswer = Static<typeof WebActionAnswer>

/** The script from which the views of a plugin come, one file of its package. */
export const WebCode = Fields({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 1, maximum: 4 * 1024 * 1024 }) })
export type WebCode = Static<typeof WebCode>
