export { assertTriggersFree } from './free-triggers.ts'
export { readCommand, type ArgumentValues, type ReadCommand } from './read-command.ts'
