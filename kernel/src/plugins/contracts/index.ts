export { createContractChoice } from './contract-choice.ts'
export { createContractOperations } from './contract-operations.ts'
export { createProviders, type Providers } from './providers.ts'
