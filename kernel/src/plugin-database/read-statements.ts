import { parseSync } from 'libpg-query'
import { judgeStatements, type JudgeOptions, type Judgement } from './statement-judge.ts'

/** Reads and judges a text; the parser is loaded. Throws where the parser itself breaks. */
export function readStatements(text: string, options: JudgeOptions): Judgement {
  // The parser takes this for a fault of its caller.
  if (text.trim() === '') return { reason: 'there is none' }
  let parsed: unknown
  try {
    parsed = parseSync(text)
  } catch (error) {
    // Whatever is not a fault of the text leaves a parser behind that cannot be trusted.
    if ((error as Error).name !== 'SqlError') throw error
    return { reason: (error as Error).message.slice(0, 300) }
  }
  return judgeStatements(parsed, options)
}
