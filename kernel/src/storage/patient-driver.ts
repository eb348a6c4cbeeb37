import { createPgDriverFactory } from '@slonik/pg-driver'
import { BackendTerminatedError, type DriverFactory } from 'slonik'

/**
 * Slonik's driver waits for ever where the link to the server dies without a word. Here a statement that is not answered
 * within `silenceMs` fails as if its connection had been cut, and slonik gives the connection up.
 */
export const createPatientDriver = (silenceMs: number): DriverFactory => async (parts) => {
  const driver = await createPgDriverFactory()(parts)
  return {
    async createClient() {
      const client = await driver.createClient()
      return { ...client, query: (...statement) => answerWithin(silenceMs, client.query(...statement)) }
    },
  }
}

const answerWithin = async <Answer>(silenceMs: number, answer: Promise<Answer>): Promise<Answer> => {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(() => { silence.reject(new BackendTerminatedError(new Error(`No answer for ${silenceMs} ms`))) }, silenceMs)
  try {
    return await Promise.race([answer, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}
