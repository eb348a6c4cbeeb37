import { RookeryError } from '@rookery/sdk/protocol'
import { GuestError } from './guest-error.ts'

/** What an invocation that rejected says of the plugin: whether it failed, or could not be asked at all. */
export function failureOf(error: unknown): { readonly kind: 'failed', readonly reason: string } | { readonly kind: 'unavailable' } {
  if (error instanceof RookeryError && error.code === 'plugin_unavailable' && !(error.cause instanceof GuestError)) return { kind: 'unavailable' }
  const told = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return { kind: 'failed', reason: (told instanceof Error ? told.message || told.name : String(told)).replaceAll('\0', '') }
}
