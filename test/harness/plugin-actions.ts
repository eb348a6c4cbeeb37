import { pluginsEnable, pluginsGet, pluginsSetGrants, RookeryError, type ErrorAnswer, type Operation, type InputOf, type OutputOf, type Plugin } from '@rookery/sdk/protocol'
import { systemContext, type Result } from '@rookery/kernel'
import type { Person } from './mattermost-client.ts'
import type { World } from './world.ts'

/** Does something as the server itself. */
export const command = <O extends Operation>(world: World, operation: O, input: InputOf<O>): Promise<Result<O>> => world.server.kernel.operations.dispatch(operation, systemContext, input)

/** Enables a plugin with all that it asks for, or with what is named. */
export async function enablePlugin(world: World, pluginId: string, consent?: readonly string[]): Promise<Plugin> {
  const { plugin } = await command(world, pluginsGet, { pluginId })
  return command(world, pluginsEnable, { pluginId, consent: [...consent ?? Object.keys(plugin.requested)] })
}

/** Gives a plugin exactly these capabilities. */
export const grantPlugin = (world: World, pluginId: string, capabilities: readonly string[]): Promise<Plugin> =>
  command(world, pluginsSetGrants, { pluginId, granted: Object.fromEntries(capabilities.map((name) => [name, {}])) })

/** Asks until what comes back is as it should be, and fails with the last answer; for what becomes true by itself. */
export async function eventually<Value>(read: () => Promise<Value> | Value, isThere: (value: Value) => boolean, patienceMs = 15_000): Promise<Value> {
  const startedAt = performance.now()
  for (;;) {
    const value = await read()
    if (isThere(value)) return value
    if (performance.now() - startedAt > patienceMs) throw new Error(`It did not come about: ${JSON.stringify(value)?.slice(0, 2000)}`)
    await new Promise((resolve) => { setTimeout(resolve, 20) })
  }
}

/** Asks at the native door as a person; throws what the server answered. */
export async function askNative<O extends Operation>({ server }: World, { token }: Person, { name }: O, input: InputOf<O>): Promise<OutputOf<O>> {
  const response = await fetch(`${server.url}/api/v1/${name}`, { method: 'POST', headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(input) })
  const answer = await response.json() as OutputOf<O> & ErrorAnswer
  if (!response.ok) throw new RookeryError(answer.error.code, answer.error.details)
  return answer
}

/** Asks at an address of a plugin, signed in; answers the JSON. */
export async function askPlugin<Answer>({ server, ada }: World, pluginId: string, path: string, body?: unknown, { token }: Person = ada): Promise<Answer> {
  const response = await fetch(`${server.url}/plugins/${pluginId}${path}`, {
    method: body === undefined ? 'GET' : 'POST', headers: { Authorization: `Bearer ${token}` }, ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`The plugin ${pluginId} answered ${response.status} ${text}`)
  return JSON.parse(text) as Answer
}
