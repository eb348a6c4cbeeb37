import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

/** Checks that whoever holds a session knows the password of its account too; guesses are counted like those at sign-in. */
export async function confirmPassword(
  { db, passwords, throttle }: Pick<ChatParts, 'db' | 'passwords' | 'throttle'>, userId: string, password: string, refusal: ErrorCode,
): Promise<void> {
  const key = `password ${userId}`
  throttle.attempt(key)
  const hash = await db.value<string | null>(sql`select password_hash from users where id = ${userId}`)
  const isRight = hash ? await passwords.verify(hash, password) : await passwords.verifyNothing()
  if (!isRight) throw new RookeryError(refusal)
  throttle.succeed(key)
}
