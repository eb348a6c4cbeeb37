import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { schemasByName } from './published.ts'
import type { Schema } from './shapes.ts'

export interface Validator {
  /** Sentences about where `value` is not as the schema says; none if it fits. */
  check(schema: Schema, value: unknown, where: string): string[]
}

const mostSentences = 20

/** What was found at the place of an error, shortened: enough to see what is wrong. */
function excerpt(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined'
  return json.length > 60 ? `${json.slice(0, 57)}…` : json
}

function sentence(error: ErrorObject, where: string): string {
  const place = `${where}${error.instancePath}`
  if (error.keyword === 'additionalProperties') return `${place}: has the unknown field ${String(error.params.additionalProperty)}`
  if (error.keyword === 'required') return `${place}: lacks the field ${String(error.params.missingProperty)}`
  const found = error.data === undefined ? '' : ` (found ${excerpt(error.data)})`
  if (error.keyword === 'const') return `${place}: must be ${excerpt(error.params.allowedValue)}${found}`
  if (error.keyword === 'enum') return `${place}: must be one of ${excerpt(error.params.allowedValues)}${found}`
  return `${place}: ${error.message ?? error.keyword}${found}`
}

/** Schemas are compiled when they are first asked for, and once. */
export function createValidator(): Validator {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false, verbose: true, addUsedSchema: false })
  for (const [name, schema] of Object.entries(schemasByName)) ajv.addSchema(schema, name)
  const compiled = new Map<string, ValidateFunction>()

  const validatorOf = (schema: Schema): ValidateFunction => {
    const key = JSON.stringify(schema)
    const known = compiled.get(key)
    if (known) return known
    const validate = ajv.compile(schema)
    compiled.set(key, validate)
    return validate
  }

  return {
    check(schema, value, where) {
      const validate = validatorOf(schema)
      if (validate(value)) return []
      const sentences = [...new Set((validate.errors ?? []).map((error) => sentence(error, where)))]
      return sentences.length > mostSentences
        ? [...sentences.slice(0, mostSentences), `${where}: and ${sentences.length - mostSentences} more`]
        : sentences
    },
  }
}
