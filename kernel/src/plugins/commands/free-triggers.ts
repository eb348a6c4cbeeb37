import { RookeryError, type PluginManifest } from '@rookery/sdk/protocol'
import { isMeantToRun, type InstalledPlugin } from '../installed-plugin.ts'

/**
 * Throws where a plugin would have the word of a command that another one has: what people type after it is for whom
 * they know, and for nobody who came later. Who is in quarantine keeps its words, who is disabled does not.
 */
export function assertTriggersFree({ id, contributes: { commands } }: PluginManifest, plugins: Iterable<InstalledPlugin>): void {
  for (const other of plugins) {
    if (other.id === id || !isMeantToRun(other)) continue
    const taken = commands.find(({ trigger }) => other.manifest.contributes.commands.some((command) => command.trigger === trigger))
    if (taken) throw new RookeryError('plugin_command_taken', { plugin: id, trigger: taken.trigger, other: other.id })
  }
}
