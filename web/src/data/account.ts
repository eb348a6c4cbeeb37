import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import {
  accessTokensCreate, accessTokensListOfUser, accessTokensRevoke, emailVerificationsSend, emailVerificationsUse, passwordResetsGet, passwordResetsSend, passwordResetsUse, sessionEnded, sessionsList, sessionsRevoke, sessionsRevokeAll, sessionUpdated, systemDescribe,
  usersPatch, usersResetPicture, usersSetPassword, usersSetPicture, type AccessToken, type Installation, type Session, type User,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId, useSession } from './session.ts'

/** What people change about their own account: how they sign in, where they are signed in, what acts in their name. */
export const useAccount = defineStore('account', () => {
  const { client, live } = useServer()
  const session = useSession()
  const myId = useMyId()
  const sessions = shallowRef<readonly Session[]>([])
  const tokens = shallowRef<readonly AccessToken[]>([])
  /** Whether each list has been read. */
  const isRead = ref({ sessions: false, tokens: false })

  /** What the server takes, also from those who are not signed in. */
  const describe = (): Promise<Installation> => client.run(systemDescribe, {})
  const take = (user: User): void => { session.me = user }

  const setName = async (username: string): Promise<void> => { take(await client.run(usersPatch, { userId: myId(), username })) }
  /** Answers whether it is the account's: else it must be confirmed first. */
  const setEmail = async (email: string, password: string): Promise<boolean> => {
    const user = await client.run(usersPatch, { userId: myId(), email, password })
    take(user)
    return user.email === email.toLowerCase()
  }
  const setPassword = async (currentPassword: string, newPassword: string): Promise<void> => { await client.run(usersSetPassword, { userId: myId(), currentPassword, newPassword }) }
  // Who sees the new picture learns it from the event `account.updated`.
  const setPicture = async (picture: Blob): Promise<void> => { await client.upload(usersSetPicture, { userId: myId() }, picture) }
  const resetPicture = async (): Promise<void> => { await client.run(usersResetPicture, { userId: myId() }) }

  const sendVerification = async (email: string): Promise<void> => { await client.run(emailVerificationsSend, { email }) }
  /** Answers the address that a link confirmed. */
  const verifyEmail = async (token: string): Promise<string> => (await client.run(emailVerificationsUse, { token })).email

  /** For whom a link to choose a new password is. */
  const readReset = async (token: string): Promise<string> => (await client.run(passwordResetsGet, { token })).username
  /** Mails a link to choose a new password, where there is an account of this address. */
  const sendReset = async (email: string): Promise<void> => { await client.run(passwordResetsSend, { email }) }
  const useReset = async (token: string, newPassword: string): Promise<void> => { await client.run(passwordResetsUse, { token, newPassword }) }

  const loadSessions = async (): Promise<void> => {
    sessions.value = await client.run(sessionsList, { userId: myId() })
    isRead.value.sessions = true
  }
  const revokeSession = async (sessionId: string): Promise<void> => {
    await client.run(sessionsRevoke, { userId: myId(), sessionId })
    sessions.value = sessions.value.filter(({ id }) => id !== sessionId)
  }
  const revokeOtherSessions = async (): Promise<void> => {
    await client.run(sessionsRevokeAll, { userId: myId(), exceptCurrent: true })
    sessions.value = sessions.value.filter(({ isCurrent }) => isCurrent)
  }

  const loadTokens = async (): Promise<void> => {
    tokens.value = await client.run(accessTokensListOfUser, { userId: myId(), perPage: 200 })
    isRead.value.tokens = true
  }
  /** Answers the secret, which is told this once. */
  const createToken = async (description: string): Promise<string> => {
    const { token, secret } = await client.run(accessTokensCreate, { userId: myId(), description })
    tokens.value = [token, ...tokens.value]
    return secret
  }
  const revokeToken = async (tokenId: string): Promise<void> => {
    await client.run(accessTokensRevoke, { tokenId })
    tokens.value = tokens.value.filter(({ id }) => id !== tokenId)
  }

  live.on(sessionEnded, ({ userId, sessionIds }) => { if (userId === myId()) sessions.value = sessions.value.filter(({ id }) => sessionIds !== null && !sessionIds.includes(id)) })
  live.on(sessionUpdated, ({ userId }) => { if (userId === myId() && isRead.value.sessions) loadSessions().catch(() => {}) })
  return {
    sessions, tokens, isRead, describe, setName, setEmail, setPassword, setPicture, resetPicture, sendVerification, verifyEmail, readReset, sendReset, useReset, loadSessions, revokeSession, revokeOtherSessions, loadTokens, createToken, revokeToken,
  }
})
