import { useDrafts, useOutgoing, useSession } from '../data/index.ts'
import { useAction } from './action.ts'
import { useDialogs } from './dialogs/dialogs.ts'

/** Signs out, after a question where that would destroy what is nowhere but in this browser. */
export function useSignOut(): () => Promise<void> {
  const [session, outgoing, drafts, dialogs] = [useSession(), useOutgoing(), useDrafts(), useDialogs()]
  const signOut = useAction(async () => {
    await drafts.saveAll()
    if (outgoing.waiting.length > 0 || drafts.unsentFiles > 0) dialogs.open('signOut', {})
    else await session.signOut()
  }, { tells: 'toast' })
  return async () => { await signOut.run() }
}
