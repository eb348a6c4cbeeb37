import type { BuiltIn } from '../call.ts'
import { writing } from './writing.ts'

/** In the order of their words. */
export const builtIns: readonly BuiltIn[] = [...writing].sort((one, other) => (one.trigger < other.trigger ? -1 : 1))

export const findBuiltIn = (trigger: string): BuiltIn | undefined => builtIns.find((command) => command.trigger === trigger)
