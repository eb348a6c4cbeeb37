import { Type, type Static, type TSchema } from 'typebox'
import { Fields, OneOf, Text } from '../schema.ts'
import { TextOf } from './block-text.ts'

/** By which something in blocks is told apart from all others there. Mattermost's addresses have no other signs. */
export const BlockId = Type.String({ pattern: '^[A-Za-z0-9]{1,64}$', description: '1 to 64 letters and digits' })
/** What the plugin named with `plugin.blockAction`. */
export const ActionName = Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$', description: 'a name: a letter, then letters, digits and _ . -' })
export const WebAddress = Type.String({ pattern: '^https?://[^\\s/]', maxLength: 2000, description: 'an address of http or https' })
export const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$', description: 'a day, YYYY-MM-DD' })

export const BlockOption = Fields({ value: Text(200, { minLength: 1 }), label: TextOf(200) })
export type BlockOption = Static<typeof BlockOption>

/** Asked before it is done. */
export const Confirmation = Fields({ title: Type.Optional(TextOf(100)), text: TextOf(500), confirmLabel: Type.Optional(TextOf(80)) })

const pressed = {
  id: BlockId, action: ActionName, isDisabled: Type.Optional(Type.Boolean()),
  /** The server's, in what is stored nowhere: it comes back with the press. What a plugin writes there is not heard. */
  cookie: Type.Optional(Text(100_000)),
}

export const ButtonElement = Fields({
  kind: Type.Literal('button'), ...pressed, label: TextOf(80),
  /** Comes back when it is pressed. Whoever sees the post may read it. */
  value: Type.Optional(Text(1000)), style: Type.Optional(OneOf('plain', 'primary', 'danger')), confirm: Type.Optional(Confirmation),
})
export type ButtonElement = Static<typeof ButtonElement>

export const SelectElement = Fields({
  kind: Type.Literal('select'), ...pressed, label: TextOf(80), options: Type.Optional(Type.Array(BlockOption, { minItems: 1, maxItems: 100 })),
  /** In place of options: the people or the public channels that whoever chooses knows; the value is an id. */
  source: Type.Optional(OneOf('users', 'channels')), chosen: Type.Optional(Text(200)),
})
export type SelectElement = Static<typeof SelectElement>

/** Several deeds behind one button. */
export const MenuElement = Fields({
  kind: Type.Literal('menu'), ...pressed, label: TextOf(80),
  items: Type.Array(Fields({ value: Text(200, { minLength: 1 }), label: TextOf(200), isDangerous: Type.Optional(Type.Boolean()) }), { minItems: 1, maxItems: 50 }),
})
export type MenuElement = Static<typeof MenuElement>

export const DateElement = Fields({ kind: Type.Literal('date'), ...pressed, label: TextOf(80), chosen: Type.Optional(Day), minimum: Type.Optional(Day), maximum: Type.Optional(Day) })
export type DateElement = Static<typeof DateElement>

/** Leads to another place; the plugin does not hear of it. */
export const LinkElement = Fields({ kind: Type.Literal('link'), label: TextOf(80), url: WebAddress })
export type LinkElement = Static<typeof LinkElement>

/** What stands in `actions`, and beside a section. */
export type BlockElement = ButtonElement | SelectElement | MenuElement | DateElement | LinkElement

export const elementSchemas: Readonly<Record<BlockElement['kind'], TSchema>> = { button: ButtonElement, select: SelectElement, menu: MenuElement, date: DateElement, link: LinkElement }
