export { readCommand, type ArgumentValues, type ReadCommand } from './read-command.ts'
