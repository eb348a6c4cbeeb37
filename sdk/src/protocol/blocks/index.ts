export { blockDialogUrl, BlockAnswer, BlockDialog, BlockPanelAnswer, type BlockPress, type ShownBlockDialog } from './block-answer.ts'
export { textIn, TextOf, type BlockText } from './block-text.ts'
export {
  Blocks, blockSchemas, blocksOf, blocksProp, blocksVersion, contextItemSchemas, inputsOf, isKnownBlock, maximumBlocks, maximumBlocksLength, maximumPressable, pressablesOf, UnknownBlock,
  type ActionsBlock, type Block, type ChecklistBlock, type ContextBlock, type ContextItem, type DividerBlock, type FieldsBlock, type HeadingBlock, type ImageBlock, type KnownBlock, type PostBlocks, type Pressable, type ProgressBlock, type SectionBlock,
} from './blocks.ts'
export { BlockOption, elementSchemas, type BlockElement, type ButtonElement, type DateElement, type LinkElement, type MenuElement, type SelectElement } from './elements.ts'
export { faultOfInput, readInput, standardInputLengths, type InputBlock, type InputFault, type InputSchema, type InputValue, type InputValues } from './inputs.ts'
