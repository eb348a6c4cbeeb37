import { errorTable, type RookeryError } from '@rookery/sdk/protocol'

/** An error inside of an answer: why one item of many was refused. */
export const errorShape = (error: RookeryError) => ({
  id: errorTable[error.code].mattermostId, message: error.message, detailed_error: '', status_code: error.status,
})
