import type { ErrorCode } from '../protocol/errors.ts'
import { CallError, type Details } from './host.ts'

/** Thrown where an operation that a plugin carries out is refused: whoever asked hears the code with its sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ErrorCode
  readonly details: Details

  constructor(code: ErrorCode, details: Details = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}

type Handle = (input: never, context: never) => unknown

/** What a call of this plugin was refused with is refused on. */
export const answerOrRefuse = (handler: Handle): Handle => async (input, context) => {
  try {
    return { value: await handler(input, context) ?? null }
  } catch (error) {
    if (error instanceof Refusal || error instanceof CallError) return { refusal: { code: error.code, details: error.details } }
    throw error
  }
}
