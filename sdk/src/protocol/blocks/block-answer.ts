import { Type, type Static } from 'typebox'
import { Fields, Text } from '../schema.ts'
import { TextOf } from './block-text.ts'
import { Blocks } from './blocks.ts'
import { ActionName } from './elements.ts'
import type { InputValues } from './inputs.ts'

/** A form of blocks: inputs, and what is shown beside them. What is filled in goes to the action. */
export const BlockDialog = Fields({
  title: TextOf(100), blocks: Blocks, action: ActionName, submitLabel: Type.Optional(TextOf(80)),
  /** Comes back with what was filled in; nobody else reads it. */
  state: Type.Optional(Text(3000)),
})
export type BlockDialog = Static<typeof BlockDialog>

/** To this address clients send what was filled into a form of blocks. */
export const blockDialogUrl = 'rookery:blocks'

/** As clients are told of it. */
export interface ShownBlockDialog { readonly title: BlockDialog['title'], readonly blocks: Blocks, readonly submitLabel?: BlockDialog['submitLabel'], readonly state: string }

/** What a plugin says to somebody who pressed something of its blocks, or filled in a form. */
export const BlockAnswer = Fields({
  /** What was pressed, as it is from now on. What is left out stays. */
  update: Type.Optional(Fields({ message: Type.Optional(Text(65_535)), blocks: Type.Optional(Blocks) })),
  /** Shown to the one who pressed, and to nobody else. */
  whisper: Type.Optional(Type.Union([Text(16_383), Fields({ message: Type.Optional(Text(16_383)), blocks: Type.Optional(Blocks) })])),
  /** Asks further. */
  dialog: Type.Optional(BlockDialog),
  /** What is wrong with what was filled in: in all, and with each input by its id. */
  error: Type.Optional(TextOf(1000)), errors: Type.Optional(Type.Record(Text(64), TextOf(1000), { maxProperties: 50 })),
})
export type BlockAnswer = Static<typeof BlockAnswer>

/** What a panel shows. */
export const BlockPanelAnswer = Fields({
  /** Left out: as the plugin described it. */
  title: Type.Optional(TextOf(100)), blocks: Blocks,
})
export type BlockPanelAnswer = Static<typeof BlockPanelAnswer>

/** What a plugin hears when somebody pressed something of its blocks, or filled in a form. Who it was is `context.actor`. */
export interface BlockPress {
  /** The id of what was pressed; '' for a form. */
  readonly id: string
  /** Of buttons what they have, of selects and menus what was chosen, of dates the day, of checklists the id of the item; else ''. */
  readonly value: string
  /** Of checklists: as it is to be. */
  readonly isChecked: boolean
  /** All inputs beside what was pressed, or of the form; judged by their schemas. */
  readonly values: InputValues
  /** Of a form. */
  readonly state: string
  /** Where it stands; '' where there is none. What is shown to one person has a post id that nothing is stored under. */
  readonly postId: string
  readonly rootId: string
  readonly channelId: string
  readonly teamId: string
  /** The name of the panel where it stands; '' elsewhere. */
  readonly panel: string
  /** For `dialogs.open`, within thirty seconds. */
  readonly triggerId: string
}
