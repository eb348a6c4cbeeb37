import { Fields } from '@rookery/sdk/protocol'
import type { Tokens } from '../../auth/index.ts'
import type { Ids } from '../../ids.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

/** What nobody guesses: an isolate has no source of it. */
export const createRandomMethods = ({ ids, tokens }: { ids: Ids, tokens: Tokens }): CapabilityMethod[] => [
  capabilityMethod({ name: 'random.id', capability: null, isUnordered: true, input: Fields({}), handle: () => ids.next() }),
  capabilityMethod({ name: 'random.token', capability: null, isUnordered: true, input: Fields({}), handle: () => tokens.token() }),
]
