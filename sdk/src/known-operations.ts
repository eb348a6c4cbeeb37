import * as protocol from './protocol/index.ts'
import type { Operation } from './protocol/index.ts'

const isOperation = (value: unknown): value is Operation => typeof value === 'object' && value !== null && 'kind' in value && 'input' in value && 'safe' in value

/** By name, as this version knows them; a server may have more. */
export const knownOperations = (): ReadonlyMap<string, Operation> =>
  new Map(Object.values(protocol as Record<string, unknown>).filter(isOperation).map((operation) => [operation.name, operation]))
