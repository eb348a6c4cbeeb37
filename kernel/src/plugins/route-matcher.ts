import type { RouteContribution } from '@rookery/sdk/protocol'

export interface FoundRoute {
  readonly route: RouteContribution
  readonly parameters: Readonly<Record<string, string>>
}

/** The route for an address; one that names its parts goes before one with parameters. */
export function findRoute(routes: readonly RouteContribution[], method: string, path: string): FoundRoute | undefined {
  const found = routes.flatMap((route) => {
    const parameters = route.method === method ? match(route.path, path) : undefined
    return parameters ? [{ route, parameters }] : []
  })
  return found.sort((one, other) => Object.keys(one.parameters).length - Object.keys(other.parameters).length)[0]
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const text = given[index] as string
    if (part.startsWith(':')) {
      if (text === '') return undefined
      parameters[part.slice(1)] = decode(text)
    } else if (part !== text) return undefined
  }
  return parameters
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
