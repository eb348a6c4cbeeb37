import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'

export interface Validation {
  /** Throws `invalid_input` naming the first field that does not fit; fills in defaults. */
  assert(schema: TSchema, input: unknown, code?: ErrorCode): void
}

/** Compiles each schema once, when it is first met. */
export function createValidation(): Validation {
  const ajv = new Ajv({ strict: false, useDefaults: true, allErrors: false, ownProperties: true })
  const compiled = new WeakMap<TSchema, ValidateFunction>()
  return {
    assert(schema, input, code = 'invalid_input') {
      let validate = compiled.get(schema)
      if (!validate) {
        validate = ajv.compile(schema as object)
        compiled.set(schema, validate)
      }
      if (validate(input)) return
      throw new RookeryError(code, describe(validate.errors?.[0]))
    },
  }
}

function describe(error: ErrorObject | undefined): { field: string, reason: string } {
  if (!error) return { field: 'input', reason: 'it does not fit' }
  const path = error.instancePath.slice(1).replaceAll('/', '.')
  const at = (name: string): string => (path ? `${path}.${name}` : name)
  if (error.keyword === 'required') return { field: at(String(error.params['missingProperty'])), reason: 'it is missing' }
  if (error.keyword === 'additionalProperties') return { field: at(String(error.params['additionalProperty'])).slice(0, 200), reason: 'it is not known here' }
  if (error.keyword === 'enum') return { field: path || 'input', reason: `it must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}` }
  return { field: path.slice(0, 200) || 'input', reason: `it ${error.message ?? 'does not fit'}` }
}
