import type { CapabilityRequest, Contributions, PluginManifest } from '@rookery/sdk/protocol'
import type { PluginBundle } from '../../kernel/src/plugins/index.ts'

const none: Contributions = { transforms: [], guards: [], observers: [], routes: [], commands: [], actions: [], jobs: [], provides: [], migrations: [], lifecycle: [], events: [] }

/** A plugin that was written against `rookery` itself, as one would that does not keep to the SDK. It asks for what it is given here. */
export function rawPlugin({ id, capabilities, contributes = {}, source, ...rest }: {
  id: string, capabilities: readonly string[], contributes?: Partial<Contributions>, source: string
} & Partial<Omit<PluginManifest, 'contributes' | 'capabilities'>>): PluginBundle {
  const requested = Object.fromEntries(capabilities.map((name): [string, CapabilityRequest] => [name, { reason: 'Is tested.' }]))
  return {
    manifest: { id, version: '1.0.0', name: id, apiVersion: 1, ...rest, capabilities: requested, contributes: { ...none, ...contributes } },
    source: `const calls = (envelope, ...wishes) => rookery.call('calls', { invocation: envelope.invocation, calls: wishes.map(([name, input, asActor = false]) => ({ name, input, asActor })) });\n${source}`,
    isTrusted: false,
  }
}

/** A route for people who are signed in, answered by the handler `route POST /<name>`. */
export const postRoute = (name: string): Contributions['routes'][number] => ({ method: 'POST', path: `/${name}`, session: 'required' })
