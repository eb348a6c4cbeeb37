import type { LogLevel, RolldownLog } from 'rolldown'
import { BundleError } from './bundle-error.ts'

/**
 * Listens to what the bundler says of a plugin. A package that it does not find it would leave to whoever runs the
 * script, where there is none; all else that it says is of no consequence.
 */
export function watchUnresolved() {
  const missing: string[] = []
  return {
    onLog(_level: LogLevel, { code, id = '', loc, exporter = '' }: RolldownLog): void {
      if (code === 'UNRESOLVED_IMPORT') missing.push(`${id}:${loc?.line ?? 1} imports ${exporter}, which is not there${exporter.startsWith('.') ? '' : ': install it beside the plugin'}`)
    },
    /** Throws where something was not found. */
    assertNone(): void { if (missing.length > 0) throw new BundleError(missing.join('\n')) },
  }
}
