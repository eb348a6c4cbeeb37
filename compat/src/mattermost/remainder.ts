import { RookeryError } from '@rookery/sdk/protocol'
import { findDocumentedOperation } from './documented-operations.ts'
import { emptyFormHeader, emptyFormsByOperation } from './empty-forms.ts'
import refused from './refused-operations.json' with { type: 'json' }
import { Reply, V4Error, type Call, type Route } from './route.ts'

const open: ReadonlySet<string> = new Set(refused.open)
const gates: ReadonlyMap<string, string> = new Map(Object.entries(refused.gates))

/**
 * What is left of API v4 when all routes have been added. An operation that Mattermost documents and nobody offers
 * answers 501, with the id that a free server of Mattermost gives where it has one, or the empty form that clients need;
 * all else is unknown.
 */
export const remainder: Pick<Route, 'session' | 'handle'> = {
  session: 'optional',
  handle({ method, path, query, session }: Call) {
    const found = findDocumentedOperation(method === 'HEAD' ? 'GET' : method, path)
    if (!found) throw new RookeryError('unknown_operation')
    const key = `${found.entry.method} ${found.entry.path}`
    if (!session && !open.has(key)) throw new RookeryError('not_signed_in')
    const form = emptyFormsByOperation.get(key)
    if (form) return new Reply(form.body({ params: found.params, query: query.texts() }), { status: form.status, headers: emptyFormHeader })
    const details = { operation: `${found.entry.method} ${found.entry.path}` }
    const gate = gates.get(key)
    throw gate ? new V4Error(gate, 'not_implemented', details) : new RookeryError('not_implemented', details)
  },
}
