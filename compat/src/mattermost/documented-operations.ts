import { createAddressMatcher, type AddressMatch } from './address-matcher.ts'
import rows from './documented-operations.json' with { type: 'json' }

/**
 * How soon clients need an operation. T0: sign in, load, post, react, thread, upload, receive. T1: what people use
 * daily. T2: administration. T3: needs a licence or Mattermost's cloud.
 */
export type Tier = 'T0' | 'T1' | 'T2' | 'T3'

export interface DocumentedOperation {
  readonly method: string
  /** With `{name}` where a value stands: `/api/v4/users/{user_id}`. */
  readonly path: string
  readonly operationId: string
  readonly tier: Tier
}

/** Everything that Mattermost documents for API v4: what we do not offer of it answers 501, all else 404. */
export const documentedOperations: readonly DocumentedOperation[] = rows.map(([method, path, operationId, tier]) => {
  if (!method || !path || !operationId || !tier) throw new Error('A row of the documented operations is not complete')
  return { method, path, operationId, tier: tier as Tier }
})

const addresses = createAddressMatcher(documentedOperations)

export const findDocumentedOperation = (method: string, address: string): AddressMatch<DocumentedOperation> | undefined =>
  addresses.match(method, address)
