export { createBlockDialogs, type BlockDialogs } from './block-dialogs.ts'
export { createBlockKeeping } from './block-keeping.ts'
export { createBlockPresses, type BlockPresses, type FoundPress } from './block-presses.ts'
export { createJudgeBlocks, type JudgeBlocks } from './judge-blocks.ts'
