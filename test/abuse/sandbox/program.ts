/** What a hostile program is made of; a bare text is the body of its handler. */
export interface Program {
  readonly className: string
  readonly name: string
  readonly body: string
  /** Runs with the module. */
  readonly top: string
  /** Where set, a second plugin with the same source answers `receive` with this. */
  readonly receive: string | undefined
  /** So many invocations at once. */
  readonly repeat: number
}

type Entry = string | { readonly body: string, readonly top?: string, readonly repeat?: number, readonly pair?: boolean, readonly receive?: string }

export const readPrograms = (classes: Readonly<Record<string, Readonly<Record<string, Entry>>>>): readonly Program[] =>
  Object.entries(classes).flatMap(([className, programs]) => Object.entries(programs).map(([name, entry]): Program => {
    const { body, top = '', repeat = 1, receive } = typeof entry === 'string' ? { body: entry } : entry
    return { className, name, body, top, repeat, receive }
  }))

/** What Node and the host would bring; none of it may be found from inside. */
const foreignNames = ['process', 'require', 'module', 'Buffer', 'fetch', 'setTimeout', 'global', 'structuredClone', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'ivm']

/**
 * `say` reports an escape; `reach` looks whether a value leads to a realm other than the plugin's own. Both hold what
 * they need before the program can take it away.
 */
export const sourceOf = ({ body, top, receive }: Program): string => `
const say = (() => { const { call } = rookery, P = Promise, then = P.prototype.then, { apply } = Reflect, S = String, tell = () => {}
  return (what) => { try { apply(then, call('escaped', S(what)), [tell, tell]) } catch {} } })()
const reach = (() => { const here = globalThis, names = ${JSON.stringify(foreignNames)}, count = names.length, { apply } = Reflect
  return (value) => {
    let F
    try { F = value.constructor.constructor } catch { return }
    if (typeof F !== 'function') return
    let g
    try { g = F('return globalThis')() } catch { return }
    if (g === null || typeof g !== 'object') return
    for (let i = 0; i < count; i += 1) { try { if (g[names[i]] !== undefined) say('reached ' + names[i]) } catch {} }
  } })()
rookery.on('attack', async (input) => { ${body} })
rookery.on('receive', async (input) => { ${receive ?? ''} })
${top}`
