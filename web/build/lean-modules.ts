import { parseAst, type Plugin } from 'vite'

interface Node { readonly type: string, readonly start: number, readonly end: number, readonly [key: string]: unknown }
interface Edit { readonly from: number, readonly to: number, readonly insert: string }

/** Of a definition, what a page needs in order to ask: judging is the server's. */
const kept = new Set(['name', 'kind', 'safe', 'session', 'durable'])
const defining = new Set(['defineOperation', 'defineEvent'])

/**
 * Modules of ours define things and do nothing when they are loaded: what of them nobody uses is left out, and what is
 * used by parts that load later loads with these. Of the protocol stay the names of operations and events.
 */
export const leanModules: Plugin = {
  name: 'lean-modules',
  transform(code, id) {
    if (/\/sdk\/src\/protocol\/[^?]+\.ts$/.test(id)) return { code: leanProtocol(code), map: null, moduleSideEffects: false }
    if (/\/(?:sdk\/src\/client|web\/src\/(?:data|locales|slots|ui|views))\/[^?]+\.(?:ts|vue)$/.test(id)) return { code, map: null, moduleSideEffects: false }
    return null
  },
}

/** A module of the protocol without schemas and sentences, and with all its calls marked as free of effects. */
export function leanProtocol(code: string): string {
  const edits: Edit[] = []
  const visit = (node: Node, name: string): void => {
    // What happens inside of functions happens later.
    if (/Function/.test(node.type) || node.type === 'ClassDeclaration') return
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const [callee, parameters] = [node['callee'] as Node, node['arguments'] as readonly Node[]]
      edits.push({ from: node.start, to: node.start, insert: '/* @__PURE__ */ ' })
      if (defining.has(String(callee['name'])) && parameters[0]?.type === 'ObjectExpression') {
        const properties = (parameters[0]['properties'] as readonly Node[]).filter((property) => kept.has(String((property['key'] as Node | undefined)?.['name'])))
        edits.push({ from: parameters[0].start, to: parameters[0].end, insert: `{ ${properties.map(({ start, end }) => code.slice(start, end)).join(', ')} }` })
        return
      }
      // Of an error its code: pages tell it in the words of their reader.
      if (callee['name'] === 'entry' && parameters.length === 3) {
        edits.push({ from: (parameters[1] as Node).start, to: (parameters[2] as Node).end, insert: `'', ${JSON.stringify(name)}` })
        return
      }
    }
    const ownName = node.type === 'Property' ? String((node['key'] as Node)['name']) : name
    for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, ownName)
  }
  visit(parseAst(code) as unknown as Node, '')
  return edits.toSorted((a, b) => b.from - a.from || b.to - a.to).reduce((text, { from, to, insert }) => text.slice(0, from) + insert + text.slice(to), code)
}

const isNode = (value: unknown): value is Node => value !== null && typeof value === 'object' && typeof (value as Node).type === 'string'
