import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { CapabilityGrant, InputOf, Operation } from '@rookery/sdk/protocol'
import type { Result } from '../../operations/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Invocation } from '../invocations.ts'
import type { Quota } from '../quota.ts'
import type { CallUsage } from '../call-usage.ts'

/** Who calls, from where, and what it was given. */
export interface CapabilityCall {
  readonly plugin: InstalledPlugin
  readonly invocation: Invocation
  readonly grant: CapabilityGrant
  readonly quota: Quota
  /** What it has used since the server started. */
  readonly usage: CallUsage
  /** Carries out an operation as whom the plugin asks. */
  dispatch<O extends Operation>(operation: O, input: InputOf<O>, stream?: Readable): Promise<Result<O>>
}

/** Something that plugins may ask for and that is no operation: it is about the plugin itself. */
export interface CapabilityMethod {
  readonly name: string
  /** null: every plugin may. */
  readonly capability: string | null
  /** It need not wait for what was asked before it: it changes nothing here. */
  readonly isUnordered?: boolean
  /** It ends what others may be waiting for, so it waits for none of them. The input was not validated. */
  goesAhead?(input: unknown): boolean
  readonly input: TSchema
  handle(call: CapabilityCall, input: unknown): Promise<unknown>
}

/** The input was validated when `handle` sees it. */
export const capabilityMethod = <Input extends TSchema>(
  parts: { name: string, capability: string | null, isUnordered?: boolean, goesAhead?: (input: unknown) => boolean, input: Input, handle: (call: CapabilityCall, input: Static<Input>) => Promise<unknown> | unknown },
): CapabilityMethod => ({ ...parts, handle: async (call, input) => parts.handle(call, input as Static<Input>) })
