import type { CapabilityRequest, OutputOf, Plugin, pluginsGet, WaitingUpgrade } from '../protocol/index.ts'

/** What makers of plugins wrote reaches a terminal as words alone: nothing in it moves the cursor, colours or turns the direction. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')

const request = ([name, { reason, optional, hosts, plugins }]: readonly [string, CapabilityRequest]): string => {
  const places = [...hosts ?? [], ...plugins ?? []]
  return plain(`${name}${places.length > 0 ? ` (${places.join(', ')})` : ''}: ${reason}${optional === true ? ' It works without.' : ''}`)
}

const command = (words: string, url: string | undefined): string => `  rookery ${words}${url === undefined ? '' : ` --url ${url}`}`

/** What a plugin that is not enabled yet asks for, and how that is given. */
export function describeRequest({ plugin: { id, requested, granted }, contributes: { commands, guards, routes }, limits }: OutputOf<typeof pluginsGet>, url: string | undefined): readonly string[] {
  const asked = Object.entries(requested)
  const missing = asked.filter(([name]) => !Object.hasOwn(granted, name)).map(([name]) => name)
  const closed = guards.filter(({ onFailure }) => onFailure === 'closed').map(({ operation }) => operation)
  return [
    asked.length === 0 ? 'It asks for nothing.' : 'It asks for:', ...asked.map((each) => `  ${request(each)}`),
    ...commands.map(({ trigger }) => `  commands: it hears what people type after /${trigger}`),
    ...routes.filter(({ session }) => session === 'public').map(({ method, path }) => `  routes: everybody on the network reaches ${method} ${path}`),
    ...Object.entries(limits).map(([name, limit]) => `  ${name}: ${limit}`),
    ...closed.length > 0 ? [`While it fails, nobody can do ${closed.join(', ')}.`] : [],
    `${missing.length > 0 ? 'Who consents to that lets it run' : 'It is let run'} with:`,
    command(`plugins.enable --id ${id}${missing.length > 0 ? ` --consent ${missing.join(',')}` : ''}`, url),
  ]
}

/** What a version that waits asks for beyond what the present one has, and how it is agreed to. */
export function describeUpgrade({ id, requested }: Plugin, { packageHash, difference: { capabilities, commands, dropped, hosts, limits, signer } }: WaitingUpgrade, url: string | undefined): readonly string[] {
  const optional = Object.entries(capabilities).filter(([, one]) => one.optional === true).map(([name]) => name)
  return [
    'It asks for more than it has:',
    ...Object.entries(capabilities).map((each) => `  + ${request(each)}`),
    ...Object.entries(hosts).map(([name, places]) => plain(`  + ${name} (${places.join(', ')})${requested[name] ? `: ${requested[name].reason}` : ''}`)),
    ...commands.map((trigger) => `  + commands: it hears what people type after /${trigger}`),
    ...Object.entries(limits).map(([name, limit]) => `  + ${name}: ${limit}`),
    ...dropped.map((name) => `  - ${name}`),
    ...signer ? [`  signed by ${signer.after || 'nobody'}, and before by ${signer.before || 'nobody'}`] : [],
    'Who agrees to that says so with:',
    command(`plugins.acceptUpgrade --id ${id} --package-hash ${packageHash}${optional.length > 0 ? ` --consent ${optional.join(',')}` : ''}`, url),
  ]
}
