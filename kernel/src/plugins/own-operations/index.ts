export { createOwnOperations } from './own-operations.ts'
