import { useI18n } from 'vue-i18n'

export interface SettingWords {
  title(name: string): string
  description(name: string): string
  section(name: string): string
}

/** What the server's settings are called: by `section.name`. */
export function useSettingWords(): SettingWords {
  const { t, te } = useI18n()
  return {
    title: (name) => (te(`configuration.title.${name}`) ? t(`configuration.title.${name}`) : name),
    description: (name) => (te(`configuration.description.${name}`) ? t(`configuration.description.${name}`) : ''),
    section: (name) => t(`configuration.section.${name.split('.')[0] ?? ''}`),
  }
}
