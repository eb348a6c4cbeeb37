import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  accountUpdated, sessionEnded, sessionsCreate, sessionsEnd, sessionsGetCurrent, systemDescribe, userRolesChanged, usersCreate, usersPatch,
  type InputOf, type User,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { failureOf, type Failure } from './failure.ts'
import { useKept } from './kept/kept.ts'
import { createTabs } from './tabs.ts'

/** Until whoever was signed in last sees what was kept, though the server has not answered yet. */
const patienceMs = 1500
/** What else goes wrong ends no session, however final it looks: it may be an answer of some proxy. */
const over: readonly Failure['code'][] = ['not_signed_in', 'account_inactive']
const taken: readonly Failure['code'][] = ['username_taken', 'email_taken']

/** Who is signed in on this page. */
export const useSession = defineStore('session', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const me = shallowRef<User>()
  /** `unknown` until the server, or what was kept, has told. */
  const state = ref<'unknown' | 'signedOut' | 'signedIn'>('unknown')
  const isAdmin = computed(() => me.value?.roles.split(' ').includes('system_admin') ?? false)
  const sessionId = ref('')
  /** Whether somebody was signed out without asking for it: the session expired or was ended elsewhere. */
  const wasEnded = ref(false)
  /** Ways to be told that are shown and not saved yet, the oldest first. */
  const unsent: Readonly<Record<string, string>>[] = []
  let sending: Promise<unknown> = Promise.resolve()
  let restoring: Promise<void> | undefined
  const overlay = (): void => { if (me.value && unsent.length > 0) me.value = { ...me.value, notifyProps: Object.assign({}, me.value.notifyProps, ...unsent) } }

  const begin = (user: User, session: string): void => {
    me.value = user
    sessionId.value = session
    state.value = 'signedIn'
    wasEnded.value = false
    kept.open(user.id)
    kept.rememberAccount(user)
  }
  const tabs = createTabs('rookery.session')
  const end = async (erase: () => Promise<void>): Promise<void> => {
    client.disconnect()
    await erase()
    me.value = undefined
    state.value = 'signedOut'
  }
  const isOver = (error: unknown): boolean => over.includes(failureOf(error).code)
  /** Hears of what happens from now on. */
  const listen = (): void => { client.connect().catch((error: unknown) => { if (isOver(error)) void lose() }) }
  /** Asks whose session this is. Offline, and where the server takes long, whoever was signed in here last goes on reading. */
  const ask = async (known: User | undefined): Promise<void> => {
    const isWaitedFor = (): boolean => state.value === 'unknown'
    try {
      const { user, session } = await client.run(sessionsGetCurrent, {})
      if (isWaitedFor()) begin(user, session.id)
      else if (me.value?.id === user.id) {
        me.value = user
        sessionId.value = session.id
        kept.rememberAccount(user)
      // Somebody else has signed in in another tab.
      } else await lose()
    } catch (error) {
      if (isOver(error)) {
        if (!isWaitedFor()) return lose()
        wasEnded.value = known !== undefined
        if (known) {
          kept.open(known.id)
          await kept.forget().catch(() => {})
        }
        state.value = 'signedOut'
      } else if (!isWaitedFor()) return
      else if (known) begin(known, '')
      else throw error
    }
  }
  const restore = (): Promise<void> => {
    if (restoring) return restoring
    const known = kept.account()
    const asked = ask(known)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      if (known) timer = setTimeout(() => {
        if (state.value === 'unknown') begin(known, '')
        resolve()
      }, patienceMs)
    })
    restoring = Promise.race([asked, late]).finally(() => {
      clearTimeout(timer)
      restoring = undefined
    })
    return restoring
  }
  /** Whether somebody was signed in on this browser, as far as it knows without the server. */
  const isRemembered = (): boolean => kept.account() !== undefined
  const signIn = async (input: InputOf<typeof sessionsCreate>): Promise<void> => {
    const { user, session } = await client.run(sessionsCreate, input)
    begin(user, session.id)
    tabs.tell('signedIn')
  }
  /** The name under which this page has made an account, and the one under which it may have: the answer did not come. */
  let [madeName, triedName] = ['', '']
  const signUp = async (input: InputOf<typeof usersCreate>): Promise<void> => {
    const { username, password } = input
    let refusal: unknown
    if (madeName !== username) {
      try {
        await client.run(usersCreate, input)
        madeName = username
      } catch (error) {
        const { code, isPassing } = failureOf(error)
        if (isPassing) triedName = username
        if (triedName !== username || !taken.includes(code)) throw error
        refusal = error
      }
    }
    // What may have been made before is signed in to with what was typed; whose password is another one is somebody else.
    await signIn({ login: username, password }).catch((error: unknown) => { throw failureOf(error).code === 'wrong_credentials' && refusal ? refusal : error })
  }
  /** The server knows this session no longer. */
  const lose = (): Promise<void> => {
    wasEnded.value = true
    return end(() => kept.forget())
  }
  const signOut = async (): Promise<void> => {
    // Not over the socket: only an answer over HTTP can take the cookie back.
    client.disconnect()
    try {
      await client.run(sessionsEnd, {})
    } catch (error) {
      if (!isOver(error)) {
        // Signed in as before.
        listen()
        throw error
      }
    }
    tabs.tell('signedOut')
    await end(() => kept.erase())
  }
  // Other tabs of this browser know at once, without the server.
  tabs.on('signedOut', () => { if (state.value === 'signedIn') void end(() => kept.erase()) })
  tabs.on('signedIn', () => { if (state.value === 'signedOut') location.reload() })
  const patch = async (changes: Omit<InputOf<typeof usersPatch>, 'userId'>): Promise<void> => {
    if (me.value) me.value = await client.run(usersPatch, { userId: me.value.id, ...changes })
  }
  /**
   * How one is told. The server keeps all of it together: what is shown is changed at once, so that two changes that
   * follow each other closely are both in what is sent last; they are sent one after the other.
   */
  const patchNotices = (changes: Readonly<Record<string, string>>): Promise<void> => {
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, me.value?.notifyProps[name] ?? '']))
    unsent.push(changes)
    overlay()
    const sent = sending.then(async () => {
      if (!me.value) return
      try {
        const saved = await client.run(usersPatch, { userId: me.value.id, notifyProps: Object.assign({}, me.value.notifyProps, changes) })
        unsent.shift()
        me.value = saved
      } catch (error) {
        unsent.shift()
        me.value = { ...me.value, notifyProps: { ...me.value.notifyProps, ...before } }
        throw error
      } finally {
        overlay()
      }
    })
    sending = sent.catch(() => {})
    return sent
  }
  /** False on a server where nobody has signed up yet. */
  const hasAccounts = async (): Promise<boolean> => (await client.run(systemDescribe, {})).hasAccounts

  live.on(accountUpdated, ({ user }) => { if (user.id === me.value?.id) me.value = user })
  live.on(userRolesChanged, ({ userId, roles }) => { if (me.value?.id === userId) me.value = { ...me.value, roles } })
  live.on(sessionEnded, ({ userId, sessionIds }) => {
    if (userId === me.value?.id && (sessionIds === null || sessionIds.includes(sessionId.value))) void lose()
  })
  // Shown from what was kept: what has changed about the account was told to nobody.
  live.onConnection((isConnected) => { if (isConnected && state.value === 'signedIn' && sessionId.value === '') void ask(me.value) })
  // The connection may break before it tells why.
  live.onSignedOut(() => { if (state.value === 'signedIn') void lose() })
  return { me, state, isAdmin, sessionId, wasEnded, restore, isRemembered, signIn, signUp, signOut, listen, lose, patch, patchNotices, hasAccounts }
})

/** For stores that exist only while somebody is signed in. */
export function useMyId(): () => string {
  const session = useSession()
  return () => session.me?.id ?? ''
}
