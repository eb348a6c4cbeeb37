import type { Operation } from '../operation.ts'

/**
 * A feature that doors know and a plugin carries out: all of its operations, so that none of them is half there. Where
 * nobody does, they answer `feature_unavailable`.
 */
export interface Contract<Name extends string = string, Operations extends readonly Operation[] = readonly Operation[]> {
  readonly name: Name
  /** For the admin who chooses between two providers. */
  readonly summary: string
  readonly operations: Operations
  /** How long its provider may take. */
  readonly deadlineMs: number
}

export const defineContract = <const Name extends string, const Operations extends readonly Operation[]>(contract: Contract<Name, Operations>): Contract<Name, Operations> => contract

/** The capability that providing a contract takes. */
export const contractCapability = <Name extends string>(name: Name): `${Name}:provide` => `${name}:provide`
