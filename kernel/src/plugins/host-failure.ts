import { RookeryError } from '@rookery/sdk/protocol'
import { GuestError } from './guest-error.ts'
import type { Answer } from './host-process.ts'

/** What the way to the host and back may take beyond a deadline. */
export const graceMs = 250

/** It may be asked again after so long. */
export const unavailable = (plugin: string, retryAtMs = 1000): RookeryError =>
  new RookeryError('plugin_unavailable', { plugin, retryAfterSeconds: Math.max(1, Math.ceil(retryAtMs / 1000)) })

/** What an answer of the host says that is none. */
export function failureOfAnswer(plugin: string, { outcome, text }: Pick<Answer, 'outcome' | 'text'>): RookeryError {
  switch (outcome) {
    case 'timed_out':
      return new RookeryError('plugin_timed_out', { plugin })
    case 'ended':
      // Its isolate went while it worked: by its own doing, which those have to know that would try again for ever.
      return new RookeryError('plugin_unavailable', { plugin, retryAfterSeconds: 1 }, { cause: GuestError.read(outcome, text) })
    default:
      return new RookeryError('plugin_failed', { plugin }, { cause: GuestError.read(outcome, text) })
  }
}
