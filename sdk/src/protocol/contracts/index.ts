import { commandsContract } from './commands.ts'
import { customStatusContract } from './custom-status.ts'
import { searchContract } from './search.ts'

export * from './commands.ts'
export * from './contract.ts'
export * from './custom-status.ts'
export * from './search.ts'

/** Every contract, in the order in which admins see them. */
export const contracts = [commandsContract, customStatusContract, searchContract] as const
