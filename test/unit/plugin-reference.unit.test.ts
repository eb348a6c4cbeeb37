import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as protocol from '@rookery/sdk/protocol'
import { pluginReference, pluginReferenceFile } from '../../scripts/plugin-reference.ts'

describe('the reference for plugins', () => {
  it('is as the protocol says: run npm run docs:plugins', () => {
    equal(readFileSync(pluginReferenceFile, 'utf8'), pluginReference())
  })

  it('has a sentence for every capability that an operation, a hook or an event takes', () => {
    const taken = [
      ...Object.values(protocol).flatMap((value) => (typeof value === 'object' && value !== null && 'capability' in value && typeof value.capability === 'string' ? [value.capability] : [])),
      ...Object.values(protocol.hookedOperations).flatMap(({ name, patchable }) => [protocol.hookCapability(name, 'guard'), ...(patchable.length > 0 ? [protocol.hookCapability(name, 'transform')] : [])]),
      ...Object.values(protocol.observedEvents).map(({ capability }) => capability),
    ]
    deepEqual([...new Set(taken)].filter((capability) => !Object.hasOwn(protocol.capabilities, capability)), [])
  })
})
