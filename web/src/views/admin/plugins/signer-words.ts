import { useI18n } from 'vue-i18n'
import type { Plugin } from '@rookery/sdk/protocol'

/** As much of a public key as tells signers apart. */
export const shortKey = (key: string): string => (key.length > 16 ? `${key.slice(0, 8)}…${key.slice(-6)}` : key)

export function useSignerWords(): (plugin: Pick<Plugin, 'origin' | 'signer'>) => string {
  const { t } = useI18n()
  return ({ origin, signer }) => (origin === 'release' ? t('plugins.ofRelease') : signer ? t('plugins.signedBy', { signer: shortKey(signer) }) : t('plugins.unsigned'))
}
