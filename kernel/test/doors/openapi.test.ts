import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { errorTable, type ErrorCode } from '@rookery/sdk/protocol'
import { createTestServer, type TestServer } from '../../../test/harness/test-server.ts'

interface Described {
  operationId: string
  summary: string
  tags: string[]
  security?: unknown[]
  parameters?: { name: string, in: string, required: boolean, schema?: object, content?: object }[]
  requestBody?: { required: boolean, content: Record<string, { schema: object }> }
  responses: Record<string, { description: string, content?: Record<string, { schema: object }> }>
}
interface Document { openapi: string, paths: Record<string, Record<string, Described>>, components: { schemas: Record<string, object>, securitySchemes: object }, tags: { name: string }[] }

describe('the OpenAPI description', () => {
  let server: TestServer
  let document: Document
  let tag: string
  before(async () => {
    server = await createTestServer()
    const response = await fetch(`${server.url}/api/v1/openapi.json`)
    equal(response.headers.get('content-type'), 'application/json')
    tag = response.headers.get('etag') ?? ''
    document = await response.json() as Document
  })
  after(() => server.close())

  const described = (): [string, string, Described][] => Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, entry]): [string, string, Described] => [path, method, entry]))

  it('is asked for again only when it changed', async () => {
    match(tag, /^"[0-9a-f]{32}"$/)
    const again = await fetch(`${server.url}/api/v1/openapi.json`, { headers: { 'If-None-Match': tag } })
    deepEqual([again.status, await again.text()], [304, ''])
    equal((await fetch(`${server.url}/api/v1/openapi.json`, { headers: { 'If-None-Match': '"x"' } })).status, 200)
  })

  it('has every operation, with its schemas, errors and security', () => {
    const { operations } = server.kernel
    deepEqual(Object.keys(document.paths).sort(), operations.all.map(({ name }) => `/api/v1/${name}`).sort())
    for (const operation of operations.all) {
      const methods = document.paths[`/api/v1/${operation.name}`]!
      deepEqual(Object.keys(methods), operation.safe ? ['post', 'get'] : ['post'], operation.name)
      const names = Object.keys((operation.input as { properties?: object }).properties ?? {})
      for (const [method, entry] of Object.entries(methods)) {
        equal(entry.summary, operation.summary)
        const isQuery = method === 'get' || operation.kind === 'upload'
        deepEqual(entry.parameters?.map(({ name }) => name) ?? [], isQuery ? names : [])
        deepEqual(entry.security, operation.session === 'optional' ? [{}, { session: [] }] : undefined)
        equal(Object.keys(entry.requestBody?.content ?? {}).join(), method === 'get' ? '' : operation.kind === 'upload' ? '*/*' : 'application/json')
        for (const code of operation.errors as readonly ErrorCode[]) ok(entry.responses[errorTable[code].status]?.description.includes(`\`${code}\``), `${operation.name} tells of ${code}`)
      }
    }
  })

  it('is well formed: unique ids, known tags, references that lead somewhere, schemas that are schemas', () => {
    match(document.openapi, /^3\.1\./)
    const entries = described()
    equal(new Set(entries.map(([, , { operationId }]) => operationId)).size, entries.length)
    const tags = new Set(document.tags.map(({ name }) => name))
    const ajv = new Ajv2020({ strict: false })
    const assertSchema = (schema: object, what: string): void => {
      const text = JSON.stringify(schema)
      ok(!text.includes('"~'), `${what} shows what is ours alone`)
      ok(ajv.validateSchema(schema), `${what}: ${ajv.errorsText()}`)
      for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) ok(document.components.schemas[name!], `${what} refers to ${name}`)
      equal(text.split('"$ref":').length, text.split('"$ref":"#/components/schemas/').length, what)
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) assertSchema(schema, name)
    for (const [path, method, entry] of entries) {
      match(path, /^\/api\/v1\/[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/)
      ok(entry.tags.every((name) => tags.has(name)), path)
      ok(Object.keys(entry.responses).every((status) => /^[1-5]\d\d$/.test(status)), path)
      ok(entry.responses['200'] && entry.responses['500'] && entry.responses['400'], path)
      for (const parameter of entry.parameters ?? []) {
        equal(parameter.in, 'query')
        equal(Number(parameter.schema !== undefined) + Number(parameter.content !== undefined), 1)
        if (parameter.schema) assertSchema(parameter.schema, `${path} ${parameter.name}`)
      }
      for (const content of [entry.requestBody?.content, ...Object.values(entry.responses).map((response) => response.content)]) {
        for (const { schema } of Object.values(content ?? {})) assertSchema(schema, `${method} ${path}`)
      }
    }
    ok(document.components.schemas['Post'] && document.components.schemas['FileInfo'], 'entities stand for themselves')
  })
})
