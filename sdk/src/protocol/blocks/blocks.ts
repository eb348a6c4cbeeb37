import { Type, type Static, type TSchema } from 'typebox'
import { Fields, OneOf, Text } from '../schema.ts'
import { TextOf } from './block-text.ts'
import { ActionName, BlockId, WebAddress, type BlockElement, type ButtonElement, type DateElement, type MenuElement, type SelectElement } from './elements.ts'
import { InputBlock } from './inputs.ts'

/** Of the form of blocks. A kind that a client does not know shows its fallback, so new kinds need no new version. */
export const blocksVersion = 1

export const maximumBlocks = 50
/** Buttons, menus, checklists and the like in all blocks together. */
export const maximumPressable = 100
/** In characters of the JSON of all blocks. */
export const maximumBlocksLength = 64 * 1024

/** Shown by clients that do not know the kind; plain text. */
const fallback = Type.Optional(TextOf(1000))
/** Whatever has a kind of its own is judged by it: see `elementSchemas` and `contextItemSchemas`. */
const Kinded = Type.Object({ kind: Type.String({ minLength: 1, maxLength: 64 }) })

export const HeadingBlock = Fields({ kind: Type.Literal('heading'), fallback, text: TextOf(150), level: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })) })
/** Markdown, with one element beside it. */
export const SectionBlock = Fields({ kind: Type.Literal('section'), fallback, text: TextOf(4000), accessory: Type.Optional(Type.Unsafe<BlockElement>(Kinded)) })
/** Names and what they have, in markdown; short ones stand side by side. */
export const FieldsBlock = Fields({
  kind: Type.Literal('fields'), fallback, fields: Type.Array(Fields({ label: TextOf(100), value: TextOf(2000), isShort: Type.Optional(Type.Boolean()) }), { minItems: 1, maxItems: 20 }),
})
export const ActionsBlock = Fields({ kind: Type.Literal('actions'), fallback, elements: Type.Array(Type.Unsafe<BlockElement>(Kinded), { minItems: 1, maxItems: 25 }) })
export const ImageBlock = Fields({ kind: Type.Literal('image'), fallback, url: WebAddress, alt: TextOf(300), title: Type.Optional(TextOf(150)) })
export const ChecklistBlock = Fields({
  kind: Type.Literal('checklist'), fallback, id: BlockId, action: ActionName, label: TextOf(100), isDisabled: Type.Optional(Type.Boolean()), cookie: Type.Optional(Text(100_000)),
  items: Type.Array(Fields({ id: BlockId, label: TextOf(300), detail: Type.Optional(TextOf(300)), isChecked: Type.Optional(Type.Boolean()) }), { minItems: 1, maxItems: 50 }),
})
export const ProgressBlock = Fields({
  kind: Type.Literal('progress'), fallback, label: TextOf(150), value: Type.Number({ minimum: 0, maximum: 1e12 }), maximum: Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }), style: Type.Optional(OneOf('plain', 'good', 'warning', 'danger')),
})
export const DividerBlock = Fields({ kind: Type.Literal('divider'), fallback })
export const ContextText = Fields({ kind: Type.Literal('text'), text: TextOf(500) })
export const ContextImage = Fields({ kind: Type.Literal('image'), url: WebAddress, alt: TextOf(300) })
export type ContextItem = Static<typeof ContextText> | Static<typeof ContextImage>
/** Small and quiet, in one row. */
export const ContextBlock = Fields({ kind: Type.Literal('context'), fallback, items: Type.Array(Type.Unsafe<ContextItem>(Kinded), { minItems: 1, maxItems: 10 }) })

export type HeadingBlock = Static<typeof HeadingBlock>
export type SectionBlock = Static<typeof SectionBlock>
export type FieldsBlock = Static<typeof FieldsBlock>
export type ActionsBlock = Static<typeof ActionsBlock>
export type ImageBlock = Static<typeof ImageBlock>
export type ChecklistBlock = Static<typeof ChecklistBlock>
export type ProgressBlock = Static<typeof ProgressBlock>
export type DividerBlock = Static<typeof DividerBlock>
export type ContextBlock = Static<typeof ContextBlock>

/** One that this version does not know: all that is kept of it is its fallback. */
export const UnknownBlock = Type.Object({ kind: Type.String({ minLength: 1, maxLength: 64 }), fallback: TextOf(1000) })
export type UnknownBlock = Static<typeof UnknownBlock>

export type KnownBlock = HeadingBlock | SectionBlock | FieldsBlock | ActionsBlock | InputBlock | ImageBlock | ChecklistBlock | ProgressBlock | DividerBlock | ContextBlock
/** What a plugin shows without code in the browser. */
export type Block = KnownBlock

export const blockSchemas: Readonly<Record<KnownBlock['kind'], TSchema>> = {
  heading: HeadingBlock, section: SectionBlock, fields: FieldsBlock, actions: ActionsBlock, input: InputBlock, image: ImageBlock, checklist: ChecklistBlock, progress: ProgressBlock, divider: DividerBlock, context: ContextBlock,
}
export const contextItemSchemas: Readonly<Record<ContextItem['kind'], TSchema>> = { text: ContextText, image: ContextImage }

export const isKnownBlock = (block: Block | UnknownBlock): block is KnownBlock => Object.hasOwn(blockSchemas, block.kind)

/** As operations take them. Each is judged by its kind, so that what is wrong is named by its place. */
export const Blocks = Type.Unsafe<readonly (Block | UnknownBlock)[]>(Type.Array(Kinded, { maxItems: maximumBlocks }))
export type Blocks = Static<typeof Blocks>

/** What somebody can press, choose from or tick. */
export type Pressable = ButtonElement | SelectElement | MenuElement | DateElement | ChecklistBlock
const isPressable = (element: BlockElement): element is Exclude<BlockElement, { kind: 'link' }> => element.kind !== 'link'

export const pressablesOf = (blocks: Blocks): Pressable[] => blocks.flatMap((block): Pressable[] => {
  if (!isKnownBlock(block)) return []
  if (block.kind === 'checklist') return [block]
  if (block.kind === 'actions') return block.elements.filter(isPressable)
  return block.kind === 'section' && block.accessory && isPressable(block.accessory) ? [block.accessory] : []
})

export const inputsOf = (blocks: Blocks): InputBlock[] => blocks.filter((block): block is InputBlock => block.kind === 'input')

/** Under this name a post keeps its blocks among its props. Only the plugin that wrote them changes them. */
export const blocksProp = 'plugin_blocks'

export interface PostBlocks { readonly version: number, readonly pluginId: string, readonly blocks: Blocks }

/** The blocks of a post, where a plugin gave it any. */
export const blocksOf = ({ props }: { readonly props: Readonly<Record<string, unknown>> }): PostBlocks | undefined => props[blocksProp] as PostBlocks | undefined
